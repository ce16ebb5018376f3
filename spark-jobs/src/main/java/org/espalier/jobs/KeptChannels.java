package org.espalier.jobs;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which of the channels that a job began with are left, step after step. */
final class KeptChannels {
  private final Map<String, int[]> kept = new LinkedHashMap<>();

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

  /** Returns the layers of which something is noted, in the order in which it first was. */
  List<String> layers() {
    return List.copyOf(kept.keySet());
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
