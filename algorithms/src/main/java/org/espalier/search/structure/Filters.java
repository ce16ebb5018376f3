package org.espalier.search.structure;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.RandomStreams;
import org.espalier.prune.channel.ChannelPruner;
import org.espalier.prune.channel.ChannelPruning;
import org.espalier.prune.channel.Importance;
import org.espalier.prune.channel.LowestFirst;
import org.espalier.prune.channel.Target;

/** Which channels of a group stay when their number is given. */
@FunctionalInterface
public interface Filters extends Serializable {

  /**
   * Returns the channels that stay, ascending.
   *
   * @param group the group's name
   * @param channels how many channels it has
   * @param width how many stay, from 1 to the channels
   * @param seed that of the evaluation, for what is random
   */
  int[] kept(String group, int channels, int width, long seed);

  /** Returns channels drawn at random, each alike: the rule of ABCPruner's paper. */
  static Filters random() {
    return (group, channels, width, seed) ->
        LowestFirst.keep(numbers(group, channels, seed), channels - width);
  }

  /**
   * Returns channels drawn at random of all but the last, as ABCPruner's code draws them; all where
   * all stay.
   */
  static Filters randomButLast() {
    return (group, channels, width, seed) -> {
      double[] numbers = numbers(group, channels, seed);
      numbers[channels - 1] = -1;
      return LowestFirst.keep(numbers, channels - width);
    };
  }

  /**
   * Returns the channels that matter most, the same for every seed. Of equals the one of higher
   * number stays; where the importance cannot judge a group the channels of higher number stay.
   *
   * @param network the network whose channels are judged, now; not changed
   * @param inputs the type of each of its inputs
   */
  static Filters byImportance(
      ComputationGraph network, Importance importance, InputType... inputs) {
    ChannelPruner pruner =
        new ChannelPruner(ChannelPruning.of(importance, Target.channels(0)), inputs);
    Map<String, double[]> scores = new HashMap<>();
    pruner
        .select(network, pruner.unpruned(network), 1)
        .forEach(group -> scores.put(group.name(), group.scores()));
    return (group, channels, width, seed) ->
        LowestFirst.keep(scores.getOrDefault(group, new double[channels]), channels - width);
  }

  private static double[] numbers(String group, int channels, long seed) {
    SplittableRandom random = RandomStreams.of(seed, "filters of " + group);
    return random.doubles(channels).toArray();
  }
}
