package org.espalier.spark.resources;

import java.io.Serializable;

/**
 * That a task held a GPU.
 *
 * @param sparkStage Spark's number of the stage
 * @param task the task's number in the stage
 * @param attempt the attempt, from 0
 * @param executor the executor
 * @param host the executor's machine
 * @param address the GPU on that machine
 * @param fromMillis since when, in milliseconds since 1970
 * @param toMillis until when, likewise
 */
public record GpuUse(
    int sparkStage,
    int task,
    int attempt,
    String executor,
    String host,
    String address,
    long fromMillis,
    long toMillis)
    implements Serializable {}
