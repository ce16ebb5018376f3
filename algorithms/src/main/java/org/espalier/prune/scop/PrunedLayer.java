package org.espalier.prune.scop;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pruning decided about one convolution, and why.
 *
 * @param name the convolution's vertex
 * @param channelsBefore its output channels
 * @param kept the channels that stay, ascending
 * @param factors the control factor of each channel before pruning
 * @param scores the importance of each channel before pruning
 */
@SuppressWarnings("ArrayRecordComponent") // a report's line, never compared
public record PrunedLayer(
    String name, int channelsBefore, int[] kept, double[] factors, double[] scores)
    implements Serializable {

  /** Returns the number of channels that stay. */
  public int channelsAfter() {
    return kept.length;
  }

  /** Returns the selection that a list of layers amounts to. */
  public static ChannelSelection selection(List<PrunedLayer> layers) {
    Map<String, int[]> kept = new LinkedHashMap<>();
    layers.forEach(layer -> kept.put(layer.name(), layer.kept()));
    return new ChannelSelection(kept);
  }
}
