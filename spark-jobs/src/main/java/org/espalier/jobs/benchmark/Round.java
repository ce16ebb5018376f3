package org.espalier.jobs.benchmark;

/**
 * One measurement.
 *
 * @param trainImagesPerSecond training, all tasks together
 * @param inferImagesPerSecond inference, all tasks together
 */
public record Round(double trainImagesPerSecond, double inferImagesPerSecond) {}
