package org.espalier.jobs.config;

import org.espalier.nn.fused.Precision;

/**
 * Training by stochastic gradient descent on all executors.
 *
 * @param epochs passes over the training images, at least 0
 * @param batch images a step and worker, at least 1
 * @param mode how the workers' networks become one
 * @param averagingInterval steps between two combinations, at least 1; for averaging
 * @param timeout how long a worker waits for another, in seconds, at least 1; for allreduce
 * @param retries how often a stage is run again after a failure of the cluster, at least 0; for
 *     allreduce
 * @param patience how long missing executors are waited for, in seconds, at least 0; for allreduce
 * @param syncBatchNorm whether batch normalisation sees the batches of all workers together; for
 *     allreduce
 * @param learningRate at the start of the schedule, above 0
 * @param momentum of Nesterov's kind, in [0, 1)
 * @param weightDecay L2 decay of all weights, at least 0
 * @param schedule how the learning rate changes
 * @param warmupEpochs epochs in which the learning rate rises linearly; fewer than epochs
 * @param precision what is computed with
 */
public record TrainingConfig(
    int epochs,
    int batch,
    TrainingMode mode,
    int averagingInterval,
    int timeout,
    int retries,
    int patience,
    boolean syncBatchNorm,
    double learningRate,
    double momentum,
    double weightDecay,
    Schedule schedule,
    int warmupEpochs,
    Precision precision) {

  static TrainingConfig from(Section section) {
    int epochs = section.whole("epochs", 0);
    int warmupEpochs = section.whole("warmupEpochs", 0);
    if (epochs > 0 && warmupEpochs >= epochs) {
      throw section.error("warmupEpochs", "must be fewer than epochs (" + epochs + ")");
    }
    TrainingMode mode = section.choice("mode", TrainingMode.class);
    boolean syncBatchNorm = section.flag("syncBatchNorm");
    if (syncBatchNorm && mode != TrainingMode.ALLREDUCE) {
      throw section.error("syncBatchNorm", "must be false unless mode is allreduce");
    }
    return new TrainingConfig(
        epochs,
        section.whole("batch", 1),
        mode,
        section.whole("averagingInterval", 1),
        section.whole("timeout", 1),
        section.whole("retries", 0),
        section.whole("patience", 0),
        syncBatchNorm,
        section.number("learningRate", Interval.above(0)),
        section.number("momentum", Interval.closedOpen(0, 1)),
        section.number("weightDecay", Interval.atLeast(0)),
        section.choice("schedule", Schedule.class),
        warmupEpochs,
        section.choice("precision", Precision.class));
  }
}
