package org.espalier.jobs.report;

import java.util.List;

/**
 * What a compression did to one layer.
 *
 * @param name the layer's name in the network
 * @param channelsBefore output channels before
 * @param channelsAfter output channels after
 * @param macsBefore multiply-accumulates for one image before
 * @param macsAfter multiply-accumulates for one image after
 * @param kept the positions of the channels kept, ascending; empty where all were
 */
public record LayerChange(
    String name,
    int channelsBefore,
    int channelsAfter,
    long macsBefore,
    long macsAfter,
    List<Integer> kept) {

  /** Copies the list. */
  public LayerChange {
    kept = List.copyOf(kept);
  }
}
