package org.espalier.jobs.benchmark.scaling;

import java.util.List;

/**
 * The report's section {@code scaling}; what does not apply is null.
 *
 * @param network the network's name
 * @param workload what stayed the same when executors were added, weak or strong
 * @param precision what was computed with, stock aside
 * @param averagingInterval steps between two combinations, for averaging and stock
 * @param threadsPerTask threads of each executor's task
 * @param repeats measured passes
 * @param budgetImages images after which accuracy was measured, or null
 * @param executors numbers of executors
 * @param averaging local SGD
 * @param allreduce synchronous SGD
 * @param stock Deeplearning4j's own
 * @param simulation the model of larger clusters
 */
public record ScalingResult(
    String network,
    String workload,
    String precision,
    int averagingInterval,
    int threadsPerTask,
    int repeats,
    Long budgetImages,
    List<Integer> executors,
    Curve averaging,
    Curve allreduce,
    Curve stock,
    Simulation simulation) {}
