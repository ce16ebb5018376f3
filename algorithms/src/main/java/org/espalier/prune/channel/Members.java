package org.espalier.prune.channel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.ChannelRole;
import org.espalier.graph.ChannelSlice;
import org.espalier.graph.LayerWeights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The members of channel groups, and their numbers. */
final class Members {
  private Members() {}

  /** Scores every slice of the free groups that is one of these members. */
  static Map<ChannelGroup, List<double[]>> score(
      ChannelGroups groups,
      Function<ChannelGroup, List<ChannelSlice>> members,
      Function<ChannelSlice, double[]> score) {
    Map<ChannelGroup, List<double[]>> scores = new LinkedHashMap<>();
    for (ChannelGroup group : groups.free()) {
      List<double[]> judged = new ArrayList<>();
      members.apply(group).forEach(slice -> judged.add(score.apply(slice)));
      if (!judged.isEmpty()) {
        scores.put(group, judged);
      }
    }
    return scores;
  }

  /** The weights that make a group's channels. */
  static List<ChannelSlice> filters(ChannelGroup group) {
    return group.slices(ChannelRole.OUTPUT).stream()
        .filter(slice -> LayerWeights.isMultiplied(slice.parameter()))
        .toList();
  }

  /** The scales of batch normalisations that a group's channels go through. */
  static List<ChannelSlice> scales(ChannelGroup group) {
    return group.slices(ChannelRole.FOLLOWER).stream()
        .filter(slice -> slice.parameter().equals("gamma"))
        .toList();
  }

  /** The numbers of a slice, a row for each channel. */
  static double[][] rows(ChannelSlice slice, INDArray parameter) {
    long[] shape = parameter.shape().clone();
    int inner = 1;
    for (int axis = slice.axis() + 1; axis < shape.length; axis++) {
      inner *= Math.toIntExact(shape[axis]);
    }
    int width = Math.toIntExact(shape[slice.axis()]);
    int outer = Math.toIntExact(parameter.length() / width / inner);
    double[] numbers = parameter.dup('c').data().asDouble();
    double[][] rows = new double[slice.channels()][];
    for (int channel = 0; channel < rows.length; channel++) {
      int[] indices = slice.indices(channel);
      double[] row = new double[outer * indices.length * inner];
      int at = 0;
      for (int o = 0; o < outer; o++) {
        for (int index : indices) {
          System.arraycopy(numbers, (o * width + index) * inner, row, at, inner);
          at += inner;
        }
      }
      rows[channel] = row;
    }
    return rows;
  }

  /** A number for each row. */
  static double[] each(double[][] rows, Function<double[], Double> number) {
    double[] numbers = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      numbers[i] = number.apply(rows[i]);
    }
    return numbers;
  }
}
