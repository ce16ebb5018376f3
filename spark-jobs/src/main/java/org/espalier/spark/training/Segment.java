package org.espalier.spark.training;

import java.io.Serializable;
import org.espalier.nn.fused.Precision;

/**
 * The steps between two averagings.
 *
 * @param stage the stage's name
 * @param seed the seed of the layers' own random numbers, such as dropout
 * @param epoch the epoch, counted from 0
 * @param iteration the network's step count at the start
 * @param from the first step of the segment, counted within the epoch
 * @param to the step after the last
 * @param precision what workers compute with
 */
record Segment(
    String stage, long seed, int epoch, int iteration, int from, int to, Precision precision)
    implements Serializable {}
