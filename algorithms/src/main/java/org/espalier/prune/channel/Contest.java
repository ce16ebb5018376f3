package org.espalier.prune.channel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.graph.ChannelGroup;

/**
 * The channels of a network in the order of their importance, and who stays when a share of them
 * has to go.
 *
 * <p>Shares are of the channels that the unpruned network had, so that several contests, with
 * training in between, end where a single one would. Of channels with equal scores the one with the
 * lower number goes first, and of groups the earlier.
 */
final class Contest {
  private record Channel(ChannelGroup group, int index, double score) {}

  private final ChannelPruning settings;
  private final Map<ChannelGroup, double[]> scores;
  private final Map<String, Integer> originalWidths;

  Contest(
      ChannelPruning settings,
      Map<ChannelGroup, double[]> scores,
      Map<String, Integer> originalWidths) {
    this.settings = settings;
    this.scores = scores;
    this.originalWidths = originalWidths;
  }

  /** Returns for each group the channels that stay, ascending. */
  Map<ChannelGroup, int[]> keep(double share) {
    Map<ChannelGroup, Integer> widths =
        settings.ranking() == Ranking.UNIFORM ? uniform(share) : global(share);
    Map<ChannelGroup, int[]> kept = new LinkedHashMap<>();
    widths.forEach(
        (group, width) -> {
          int rounded = settings.rounded(width, group.channels());
          kept.put(group, LowestFirst.keep(scores.get(group), group.channels() - rounded));
        });
    return kept;
  }

  private Map<ChannelGroup, Integer> uniform(double share) {
    Map<ChannelGroup, Integer> widths = new LinkedHashMap<>();
    for (ChannelGroup group : scores.keySet()) {
      int original = originalWidths.get(group.name());
      int width = original - (int) LowestFirst.count(share, original);
      int least = settings.least(group.channels());
      widths.put(group, Math.min(group.channels(), Math.max(least, width)));
    }
    return widths;
  }

  private Map<ChannelGroup, Integer> global(double share) {
    Map<ChannelGroup, Integer> widths = new LinkedHashMap<>();
    List<Channel> all = new ArrayList<>();
    long original = 0;
    long present = 0;
    for (Map.Entry<ChannelGroup, double[]> entry : scores.entrySet()) {
      ChannelGroup group = entry.getKey();
      widths.put(group, group.channels());
      original += originalWidths.get(group.name());
      present += group.channels();
      double[] relative = relative(entry.getValue());
      for (int i = 0; i < relative.length; i++) {
        all.add(new Channel(group, i, relative[i]));
      }
    }
    long goes = LowestFirst.count(share, original) - (original - present);
    all.sort(Comparator.comparingDouble(Channel::score)); // stable
    for (Channel channel : all) {
      if (goes <= 0) {
        break;
      }
      int width = widths.get(channel.group());
      if (width > settings.least(channel.group().channels())) {
        widths.put(channel.group(), width - 1);
        goes--;
      }
    }
    return widths;
  }

  /** Scores divided by their mean, or as they are where that is zero. */
  private static double[] relative(double[] scores) {
    double mean = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).average().orElse(0);
    double[] relative = scores.clone();
    for (int i = 0; i < relative.length && mean > 0; i++) {
      relative[i] /= mean;
    }
    return relative;
  }
}
