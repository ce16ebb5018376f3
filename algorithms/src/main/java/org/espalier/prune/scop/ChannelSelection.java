package org.espalier.prune.scop;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.prune.channel.LowestFirst;

/**
 * Which output channels of which convolutions stay.
 *
 * <p>Channels are counted from 0 and ascend. Every convolution keeps at least one.
 */
public final class ChannelSelection implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Map<String, int[]> kept;

  /**
   * Makes a selection.
   *
   * @param kept ascending channels by the name of the convolution, at least one each
   */
  public ChannelSelection(Map<String, int[]> kept) {
    this.kept = new LinkedHashMap<>();
    kept.forEach((name, channels) -> this.kept.put(name, checked(name, channels)));
  }

  private static int[] checked(String name, int[] channels) {
    if (channels.length == 0) {
      throw new IllegalArgumentException(
          "Cannot select channels of " + name + ": at least one must stay (0)");
    }
    for (int i = 0; i < channels.length; i++) {
      if (channels[i] < 0 || (i > 0 && channels[i] <= channels[i - 1])) {
        throw new IllegalArgumentException(
            String.format(
                "Cannot select channels of %s: they must ascend from 0 (%s)",
                name, Arrays.toString(channels)));
      }
    }
    return channels.clone();
  }

  /**
   * Returns how many of a layer's channels a rate prunes: floor(rate * channels).
   *
   * <p>The product is exact, of the rate's shortest decimal text: 0.29 of 100 channels are 29,
   * where the authors' code, multiplying in double precision, gets 28.
   *
   * @param rate in [0, 1)
   */
  public static int pruned(double rate, int channels) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Cannot prune channels: the rate must be in [0, 1) (" + rate + ")");
    }
    return Math.toIntExact(LowestFirst.count(rate, channels));
  }

  /**
   * Returns the channels that stay when those with the lowest scores go, ascending.
   *
   * <p>Of channels with equal scores the one with the lower number goes first.
   *
   * @throws IllegalArgumentException when a score is not a number, or the rate is not in [0, 1)
   */
  public static int[] keep(double[] scores, double rate) {
    for (int c = 0; c < scores.length; c++) {
      if (Double.isNaN(scores[c])) {
        throw new IllegalArgumentException(
            "Cannot rank channels: the score of channel " + c + " is not a number (NaN)");
      }
    }
    return LowestFirst.keep(scores, pruned(rate, scores.length));
  }

  /** Returns the names of the convolutions, in order. */
  public Set<String> convolutions() {
    return Collections.unmodifiableSet(kept.keySet());
  }

  /**
   * Returns the channels of a convolution that stay.
   *
   * @throws IllegalArgumentException when the selection says nothing about it
   */
  public int[] kept(String convolution) {
    int[] channels = kept.get(convolution);
    if (channels == null) {
      throw new IllegalArgumentException(
          "Cannot prune " + convolution + ": the selection has no such convolution");
    }
    return channels.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelSelection that
        && kept.keySet().equals(that.kept.keySet())
        && kept.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), that.kept.get(entry.getKey())));
  }

  @Override
  public int hashCode() {
    return kept.entrySet().stream()
        .mapToInt(entry -> entry.getKey().hashCode() ^ Arrays.hashCode(entry.getValue()))
        .sum();
  }

  @Override
  public String toString() {
    return kept.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + Arrays.toString(entry.getValue()))
        .collect(Collectors.joining(", ", "ChannelSelection(", ")"));
  }
}
