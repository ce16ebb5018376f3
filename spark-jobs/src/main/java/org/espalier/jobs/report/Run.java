package org.espalier.jobs.report;

import java.time.Instant;
import java.util.Map;

/**
 * What holds for a whole run.
 *
 * @param job the verb
 * @param espalierVersion the version that ran
 * @param config the effective configuration
 * @param fingerprint digest of the configuration's parts on which the result depends
 * @param seed seed of every random stream
 * @param started when the run began
 * @param spark where it ran
 * @param wallSeconds time from start to report
 */
public record Run(
    String job,
    String espalierVersion,
    Map<String, Object> config,
    String fingerprint,
    long seed,
    Instant started,
    SparkSummary spark,
    double wallSeconds) {}
