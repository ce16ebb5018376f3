package org.espalier.jobs.progress;

import java.util.List;

/**
 * Is told how a job goes on, in order, by one thread at a time.
 *
 * <p>Numbers that are not known are NaN. A stage that a resumed run skips is not told again; an
 * epoch that it repeats is, and takes the place of the earlier one.
 */
public interface ProgressListener {

  /** A stage begins, or goes on after an interruption. */
  default void stageStarted(StageStart start) {}

  /** Some images were worked on. */
  default void stepped(Step step) {}

  /** A search within a stage is further. */
  default void searched(SearchStep step) {}

  /** An epoch, or a pass that has no epochs, is complete. */
  default void epochEnded(EpochResult result) {}

  /** A stage is complete. */
  default void stageEnded(StageResult result) {}

  /** Returns a listener that tells all others, in their order. */
  static ProgressListener all(List<ProgressListener> listeners) {
    List<ProgressListener> told = List.copyOf(listeners);
    return new ProgressListener() {
      @Override
      public void stageStarted(StageStart start) {
        told.forEach(listener -> listener.stageStarted(start));
      }

      @Override
      public void stepped(Step step) {
        told.forEach(listener -> listener.stepped(step));
      }

      @Override
      public void searched(SearchStep step) {
        told.forEach(listener -> listener.searched(step));
      }

      @Override
      public void epochEnded(EpochResult result) {
        told.forEach(listener -> listener.epochEnded(result));
      }

      @Override
      public void stageEnded(StageResult result) {
        told.forEach(listener -> listener.stageEnded(result));
      }
    };
  }
}
