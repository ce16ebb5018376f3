package org.espalier.nn.fused;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Something done to every slice of a phase.
 *
 * @param reads what it reads
 * @param writes what it makes
 * @param over of what it reads, what it may write over, number for number
 * @param build makes the kernel for slices of so many images
 */
record Action(
    List<Value> reads, List<Value> writes, List<Value> over, IntFunction<SliceKernel> build) {}
