package org.espalier.prune.channel;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.graph.Latency;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How far a network is pruned. */
public sealed interface Target {

  /**
   * Removes a share of the channels that can be removed.
   *
   * @param share in [0, 1); of each group, or of all, as {@link Ranking} says
   */
  record Channels(double share) implements Target {
    /** Checks the share. */
    public Channels {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException(
            "Cannot prune: the share of channels to remove must be in [0, 1) (" + share + ")");
      }
    }
  }

  /**
   * Removes as few channels as bring a cost down to a share of the unpruned network's.
   *
   * @param name what the cost is called in messages
   * @param share the share that may remain, in (0, 1]
   * @param left the share that does remain: the cost of the first network over that of the second,
   *     the unpruned one; fewer channels do not raise it
   */
  record Remaining(
      String name, double share, ToDoubleBiFunction<ComputationGraph, ComputationGraph> left)
      implements Target {
    /** Checks the share. */
    public Remaining {
      Objects.requireNonNull(left, "Cannot prune: no cost");
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "Cannot prune: the share of %s that may remain must be in (0, 1] (%s)"
                .formatted(name, share));
      }
    }
  }

  /** Removes a share of the channels that can be removed, in [0, 1). */
  static Target channels(double share) {
    return new Channels(share);
  }

  /** Leaves a share of the trainable parameters, in (0, 1]. */
  static Target parameters(double share, InputType... inputs) {
    return counted("parameters", share, network -> Cost.of(network, inputs).parameters());
  }

  /** Leaves a share of the multiply-accumulates, in (0, 1]. */
  static Target macs(double share, InputType... inputs) {
    return counted("MACs", share, network -> Cost.of(network, inputs).macs());
  }

  private static Target counted(String name, double share, ToLongFunction<ComputationGraph> count) {
    return new Remaining(
        name,
        share,
        (network, unpruned) -> count.applyAsLong(network) / (double) count.applyAsLong(unpruned));
  }

  /**
   * Leaves a share of the time that one image takes on one thread, in (0, 1]. Both networks are
   * timed in turns; what comes out differs from machine to machine, and a little from run to run.
   *
   * @param runs passes whose median is taken, at least 1
   * @param input the type of the one input
   */
  static Target latency(double share, int runs, InputType input) {
    long[] shape = input.getShape(true).clone();
    shape[0] = 1;
    return new Remaining(
        "latency",
        share,
        (network, unpruned) -> {
          INDArray image = Nd4j.rand(DataType.FLOAT, shape);
          double[] millis = Latency.mediansMillis(List.of(network, unpruned), image, 1, runs);
          return millis[0] / millis[1];
        });
  }
}
