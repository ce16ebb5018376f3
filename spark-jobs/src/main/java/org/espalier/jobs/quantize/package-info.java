/**
 * Quantisation as a report tells of it: what was rounded to how many bits, and what that does to
 * numbers and accuracy.
 *
 * <p>Rounding itself is {@code org.espalier.quantize}'s business; the jobs that ask for it are in
 * the package above.
 */
package org.espalier.jobs.quantize;
