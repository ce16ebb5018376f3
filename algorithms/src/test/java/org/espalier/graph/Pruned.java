package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A network with some channels removed, in both forms, and how far these are apart. */
record Pruned(
    ChannelGroups groups,
    Map<String, int[]> removed,
    ComputationGraph masked,
    ComputationGraph slim) {

  /** Removes channels by group name. */
  static Pruned of(ComputationGraph network, ChannelGroups groups, Map<String, int[]> removed) {
    Slimmer slimmer = Slimmer.of(network, groups);
    removed.forEach(slimmer::remove);
    return new Pruned(groups, removed, slimmer.mask(), slimmer.slim());
  }

  /** Removes a share, rounded down, of the channels of every free group: those of smallest L1. */
  static Pruned byMagnitude(ComputationGraph network, ChannelGroups groups, double share) {
    Map<String, int[]> removed = new LinkedHashMap<>();
    for (ChannelGroup group : groups.free()) {
      double[] norms = norms(network, group);
      removed.put(
          group.name(),
          IntStream.range(0, norms.length)
              .boxed()
              .sorted(Comparator.comparingDouble(channel -> norms[channel]))
              .limit((long) (share * norms.length))
              .mapToInt(Integer::intValue)
              .toArray());
    }
    return of(network, groups, removed);
  }

  private static double[] norms(ComputationGraph network, ChannelGroup group) {
    double[] norms = new double[group.channels()];
    for (ChannelSlice slice : group.slices(ChannelRole.OUTPUT)) {
      INDArray weights = slice.parameterOf(network);
      int[] others =
          IntStream.range(0, weights.rank()).filter(axis -> axis != slice.axis()).toArray();
      INDArray sizes = Transforms.abs(weights, true);
      double[] sums = (others.length == 0 ? sizes : sizes.sum(others)).toDoubleVector();
      for (int channel = 0; channel < norms.length; channel++) {
        norms[channel] += Arrays.stream(slice.indices(channel)).mapToDouble(i -> sums[i]).sum();
      }
    }
    return norms;
  }

  /**
   * Runs both forms, and returns how far the activations of any vertex are apart on the channels
   * that both have: the largest difference by the largest value of that vertex.
   */
  double difference(INDArray... inputs) {
    Map<String, INDArray> full = masked.feedForward(inputs, false);
    Map<String, INDArray> less = slim.feedForward(inputs, false);
    double worst = 0;
    for (Map.Entry<String, INDArray> entry : full.entrySet()) {
      INDArray expected = kept(entry.getKey(), entry.getValue());
      double difference = difference(entry.getKey(), expected, less.get(entry.getKey()));
      worst = Math.max(worst, difference);
    }
    return worst;
  }

  private static double difference(String vertex, INDArray expected, INDArray actual) {
    assertThat(actual.shape()).as(vertex).isEqualTo(expected.shape());
    double largest = expected.amaxNumber().doubleValue();
    assertThat(largest).as(vertex).isFinite();
    double difference = expected.sub(actual).amaxNumber().doubleValue();
    return difference == 0 ? 0 : difference / largest;
  }

  private INDArray kept(String vertex, INDArray activations) {
    Signal signal = groups.propagation().output(vertex);
    ChannelClasses classes = groups.propagation().classes();
    List<Integer> gone =
        removed.entrySet().stream()
            .flatMap(
                entry -> {
                  int[] roots = groups.roots(groups.group(entry.getKey()));
                  return Arrays.stream(entry.getValue()).mapToObj(channel -> roots[channel]);
                })
            .toList();
    int[] kept =
        IntStream.range(0, signal.ids().length)
            .filter(i -> !gone.contains(classes.root(signal.ids()[i])))
            .toArray();
    int[][] axes = new int[activations.rank()][];
    axes[signal.axis()] = kept;
    return AxisSelection.select(activations, axes);
  }
}
