/**
 * The command line and the jobs behind it, one class a verb.
 *
 * <p>Here belong parsing of the command line, the order in which a job comes to pass
 * (configuration, checks, Spark, work, report) and exit codes. Algorithms, and how they run on
 * Spark, do not: a job puts together what {@code org.espalier.spark} and the modules below offer.
 */
package org.espalier.jobs;
