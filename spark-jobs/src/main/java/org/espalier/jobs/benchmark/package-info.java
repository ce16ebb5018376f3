/**
 * Measuring how fast networks train and infer.
 *
 * <p>Here belong what is measured ({@link org.espalier.jobs.benchmark.Contestant} and those who
 * implement it), the images that it is fed, the threads that it runs on and the clock. What it is
 * told to measure is read in {@code org.espalier.jobs.config}; measuring how well a network
 * predicts does not belong here, nor does anything that needs Spark.
 */
package org.espalier.jobs.benchmark;
