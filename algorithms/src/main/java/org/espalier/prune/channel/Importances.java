package org.espalier.prune.channel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.espalier.data.RandomStreams;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;

/** The importances that need nothing but the network, against which every paper compares. */
public final class Importances {
  private Importances() {}

  /**
   * The sum of a filter's absolute weights: Li et al., Pruning Filters for Efficient ConvNets, <a
   * href="https://arxiv.org/abs/1608.08710">arXiv:1608.08710</a>.
   */
  public static Importance l1() {
    return filters(
        row -> {
          double sum = 0;
          for (double weight : row) {
            sum += Math.abs(weight);
          }
          return sum;
        });
  }

  /**
   * The Euclidean norm of a filter's weights: He et al., Soft Filter Pruning, <a
   * href="https://arxiv.org/abs/1808.06866">arXiv:1808.06866</a>.
   */
  public static Importance l2() {
    return filters(row -> Math.sqrt(squares(row)));
  }

  /**
   * The absolute scale of a channel's batch normalisation: Liu et al., Network Slimming, <a
   * href="https://arxiv.org/abs/1708.06519">arXiv:1708.06519</a>. Channels without batch
   * normalisation are not judged.
   */
  public static Importance scale() {
    return (network, groups) ->
        Members.score(
            groups,
            Members::scales,
            slice ->
                Members.each(
                    Members.rows(slice, slice.parameterOf(network)), row -> Math.abs(row[0])));
  }

  /**
   * The sum of a filter's distances from all filters of its layer, least for those that the others
   * can stand in for: He et al., Filter Pruning via Geometric Median, <a
   * href="https://arxiv.org/abs/1811.00250">arXiv:1811.00250</a>.
   */
  public static Importance geometricMedian() {
    return (network, groups) ->
        Members.score(
            groups,
            Members::filters,
            slice -> distances(Members.rows(slice, slice.parameterOf(network))));
  }

  /**
   * Uniform random numbers in [0, 1), the control arm of every comparison.
   *
   * @param seed the same seed gives a group of the same name the same scores
   */
  public static Importance random(long seed) {
    return (network, groups) -> chance(groups, seed);
  }

  private static Importance filters(Function<double[], Double> score) {
    return (network, groups) ->
        Members.score(
            groups,
            Members::filters,
            slice -> Members.each(Members.rows(slice, slice.parameterOf(network)), score));
  }

  private static Map<ChannelGroup, List<double[]>> chance(ChannelGroups groups, long seed) {
    Map<ChannelGroup, List<double[]>> scores = new LinkedHashMap<>();
    for (ChannelGroup group : groups.free()) {
      SplittableRandom random =
          RandomStreams.of(seed, "channel importance " + group.name(), group.channels());
      scores.put(group, List.of(random.doubles(group.channels()).toArray()));
    }
    return scores;
  }

  private static double[] distances(double[][] filters) {
    double[] sums = new double[filters.length];
    for (int i = 0; i < filters.length; i++) {
      for (int j = 0; j < i; j++) {
        double square = 0;
        for (int k = 0; k < filters[i].length; k++) {
          double apart = filters[i][k] - filters[j][k];
          square += apart * apart;
        }
        sums[i] += Math.sqrt(square);
        sums[j] += Math.sqrt(square);
      }
    }
    return sums;
  }

  private static double squares(double[] row) {
    double sum = 0;
    for (double weight : row) {
      sum += weight * weight;
    }
    return sum;
  }
}
