/**
 * A search as a job tells of it: what is seen of it while it runs, and what its report says.
 *
 * <p>Searching itself is {@code org.espalier.search}'s business, evaluating candidates {@code
 * org.espalier.spark.search}'s; the job that has both do their work is in the package above.
 */
package org.espalier.jobs.search;
