package org.espalier.jobs;

import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.config.TrainingConfig;

/** An algorithm at its place in a pipeline: takes a trained network, gives back a smaller one. */
interface CompressionStep {

  /**
   * Does to a network what the step will do to its shape, without images and without training, so
   * that what cannot work fails before Spark starts.
   *
   * @param network one of the shape that the step will be given; not changed
   * @throws IllegalArgumentException when the step cannot work on such a network
   */
  ComputationGraph rehearse(ComputationGraph network);

  /** Returns the training with which the step ends, where there is one. */
  Optional<TrainingConfig> fineTune();

  /**
   * Compresses and fine-tunes a network.
   *
   * @param network a trained network; not changed
   * @param kept is told which channels stay
   */
  ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept) throws IOException;
}
