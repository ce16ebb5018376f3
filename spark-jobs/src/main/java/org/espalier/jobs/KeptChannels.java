package org.espalier.jobs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which of the channels that a job began with are left, step after step. */
final class KeptChannels {
  private final Map<String, int[]> kept = new HashMap<>();

  /**
   * Notes that of a layer's present channels some stay.
   *
   * @param channels their positions among the present ones, ascending
   */
  void keep(String layer, int... channels) {
    kept.merge(
        layer,
        channels.clone(),
        (before, now) -> Arrays.stream(now).map(channel -> before[channel]).toArray());
  }

  /** Whether something is noted of a layer. */
  boolean has(String layer) {
    return kept.containsKey(layer);
  }

  /**
   * Returns the positions of a layer's channels among those that it began with.
   *
   * @param channels the number of channels, for layers of which nothing is noted
   */
  List<Integer> of(String layer, int channels) {
    int[] positions = kept.getOrDefault(layer, IntStream.range(0, channels).toArray());
    return Arrays.stream(positions).boxed().toList();
  }
}
