package org.espalier.prune.channel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pruning decided about one channel group.
 *
 * @param name the group's
 * @param scores the score of each channel before pruning
 * @param kept the channels that stay, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // a report's line, never compared
public record PrunedGroup(String name, double[] scores, int[] kept) {

  /** Returns the channels that stay by the name of the group, as a network is cut. */
  public static Map<String, int[]> kept(List<PrunedGroup> groups) {
    Map<String, int[]> kept = new LinkedHashMap<>();
    groups.forEach(group -> kept.put(group.name(), group.kept()));
    return kept;
  }

  /** Returns the number of channels before. */
  public int channelsBefore() {
    return scores.length;
  }

  /** Returns the number of channels that stay. */
  public int channelsAfter() {
    return kept.length;
  }
}
