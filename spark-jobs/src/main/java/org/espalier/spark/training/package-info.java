/**
 * Training, evaluation and recalibration of one network on many executors.
 *
 * <p>Here belong image shards in executors' memory, the averaging and the synchronous trainer, each
 * with its training master for DL4J-Spark, and whatever needs one pass over all shards. How copies
 * of a parameter are combined is {@link org.espalier.nn.ParameterAverage}'s business, how workers
 * add up numbers among themselves {@code org.espalier.spark.collective}'s; what a stage trains and
 * why is a job's. Every sum over partitions is taken in a fixed order, so that results can be
 * repeated bit for bit.
 */
package org.espalier.spark.training;
