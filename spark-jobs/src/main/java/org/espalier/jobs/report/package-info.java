/**
 * What a job reports: the numbers before and after, stages, layers, curves.
 *
 * <p>Here belong the report's records, the builder that a job fills while it runs, and the two
 * files made of it, {@code report.json} and {@code report.html}. Measuring does not belong here.
 */
package org.espalier.jobs.report;
