package org.espalier.prune.channel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.ChannelSlice;
import org.espalier.graph.NetworkGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What the loss would change if a filter were zero, to the first order: for each batch the squared
 * sum of weight times gradient over the filter, on average over the batches.
 *
 * <p>Molchanov et al., Importance Estimation for Neural Network Pruning, equation (8), <a
 * href="https://arxiv.org/abs/1906.10771">arXiv:1906.10771</a>. The gradient is that of training,
 * with the batch's own statistics in batch normalisation.
 */
public final class Taylor implements Importance {
  private final List<DataSet> batches;

  /**
   * Takes the batches from which gradients are made.
   *
   * @param batches features and labels as training takes them, at least one
   */
  public Taylor(List<DataSet> batches) {
    this.batches = List.copyOf(Objects.requireNonNull(batches, "Cannot score: no batches"));
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("Cannot score channels: there are no batches (0)");
    }
  }

  @Override
  public Map<ChannelGroup, List<double[]>> scores(ComputationGraph network, ChannelGroups groups) {
    ComputationGraph copy = NetworkGraph.copy(network);
    Map<ChannelGroup, List<double[]>> sums = new LinkedHashMap<>();
    for (DataSet batch : batches) {
      copy.setInput(0, batch.getFeatures());
      copy.setLabel(0, batch.getLabels());
      copy.computeGradientAndScore();
      Map<String, INDArray> gradients = copy.gradient().gradientForVariable();
      Map<ChannelGroup, List<double[]>> scores =
          Members.score(
              groups,
              Members::filters,
              slice -> score(slice, copy, gradients, batch.numExamples()));
      scores.forEach((group, members) -> sums.merge(group, members, Taylor::sum));
    }
    sums.values().forEach(members -> members.forEach(this::divide));
    return sums;
  }

  private static double[] score(
      ChannelSlice slice, ComputationGraph network, Map<String, INDArray> gradients, int examples) {
    INDArray gradient = gradients.get(slice.layer() + "_" + slice.parameter());
    double[][] products = Members.rows(slice, slice.parameterOf(network).mul(gradient));
    return Members.each(
        products,
        row -> {
          double sum = 0;
          for (double product : row) {
            sum += product;
          }
          double slope = sum / examples; // Deeplearning4j divides by the examples later
          return slope * slope;
        });
  }

  private static List<double[]> sum(List<double[]> first, List<double[]> second) {
    List<double[]> sums = new ArrayList<>();
    for (int member = 0; member < first.size(); member++) {
      double[] sum = first.get(member).clone();
      for (int channel = 0; channel < sum.length; channel++) {
        sum[channel] += second.get(member)[channel];
      }
      sums.add(sum);
    }
    return sums;
  }

  private void divide(double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= batches.size();
    }
  }
}
