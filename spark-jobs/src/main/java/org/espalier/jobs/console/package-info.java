/**
 * What a person at a terminal, or a log file in its place, sees of a job.
 *
 * <p>Progress goes to standard error, the summary at the end to standard output.
 */
package org.espalier.jobs.console;
