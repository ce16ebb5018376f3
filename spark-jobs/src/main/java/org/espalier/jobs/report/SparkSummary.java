package org.espalier.jobs.report;

/**
 * Where a job ran.
 *
 * @param master master URL
 * @param executors number of executors; 1 for a local master
 * @param taskRetries tasks that failed and were tried again
 * @param defaultParallelism tasks that run at a time
 * @param version Spark's version
 */
public record SparkSummary(
    String master, int executors, int taskRetries, int defaultParallelism, String version) {}
