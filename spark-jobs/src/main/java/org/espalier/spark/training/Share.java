package org.espalier.spark.training;

import java.io.Serializable;

/**
 * One worker's part of the data.
 *
 * @param worker the worker's number, which is that of the partition
 * @param content the part
 */
@SuppressWarnings("serial") // contents come out of an RDD
record Share<S>(int worker, S content) implements Serializable {}
