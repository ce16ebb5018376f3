package org.espalier.spark.resources;

import java.util.List;

/**
 * A task, as far as its GPU is concerned.
 *
 * @param id a number that no other task of the application has
 * @param sparkStage Spark's number of its stage
 * @param number its number in the stage
 * @param attempt the attempt, from 0
 * @param executor where it runs
 * @param assigned the addresses that Spark assigned to it
 * @param local whether Spark could assign none because the master is local
 * @param sharers tasks that may hold one GPU at a time, at least 1
 */
record GpuTask(
    long id,
    int sparkStage,
    int number,
    int attempt,
    String executor,
    List<String> assigned,
    boolean local,
    int sharers) {}
