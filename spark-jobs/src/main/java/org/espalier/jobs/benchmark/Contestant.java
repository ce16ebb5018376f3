package org.espalier.jobs.benchmark;

import java.util.Optional;

/**
 * A network, and all that it needs to take steps on one batch. It is made and used in one thread.
 */
public interface Contestant extends AutoCloseable {
  /** Takes one training step. */
  void train();

  /** Runs the batch through the network, as for evaluation. */
  void infer();

  /** Returns how many images a step takes. */
  int batch();

  /** Returns why it is not compiled; nothing where it is, or was not to be. */
  default Optional<String> refusal() {
    return Optional.empty();
  }

  /** Returns its process, where it has one of its own. */
  default Optional<ProcessHandle> process() {
    return Optional.empty();
  }

  /** Frees what it holds; nothing, unless it says otherwise. */
  @Override
  default void close() {}
}
