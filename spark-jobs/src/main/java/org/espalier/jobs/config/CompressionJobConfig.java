package org.espalier.jobs.config;

/** What the configuration of every verb has that compresses a network. */
public interface CompressionJobConfig extends JobConfig {
  /** Returns the images. */
  DataConfig data();

  /** Returns the network. */
  ModelConfig model();

  /**
   * Returns the training of the baseline: from scratch without {@code model.weights}; with them a
   * fine-tuning that may have 0 epochs.
   */
  TrainingConfig training();

  /** Returns how networks are measured. */
  EvaluationConfig evaluation();

  /** Returns what is kept of training. */
  CheckpointConfig checkpoint();

  /**
   * Reads the training of the baseline.
   *
   * @throws InvalidConfigException when there would be no trained network
   */
  static TrainingConfig baseline(Section root) {
    Section training = root.section("training");
    if (root.section("model").isNull("weights") && training.whole("epochs", 0) == 0) {
      throw training.error("epochs", "must be at least 1 when model.weights is null");
    }
    return TrainingConfig.from(training);
  }
}
