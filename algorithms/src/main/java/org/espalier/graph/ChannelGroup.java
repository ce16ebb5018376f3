package org.espalier.graph;

import java.util.List;
import java.util.Optional;

/**
 * Channels that are alike: each can be removed, but only from all of the slices at once.
 *
 * <p>Channel i of the group is one channel of the network, with everything that is tied to it: the
 * filters whose outputs are summed into it, the batch normalisations on the way, the inputs of all
 * layers that read it.
 */
public final class ChannelGroup {
  private final String name;
  private final int channels;
  private final List<ChannelSlice> slices;
  private final List<String> reasons;
  private final boolean loud;

  ChannelGroup(
      String name, int channels, List<ChannelSlice> slices, List<String> reasons, boolean loud) {
    this.name = name;
    this.channels = channels;
    this.slices = List.copyOf(slices);
    this.reasons = List.copyOf(reasons);
    this.loud = loud;
  }

  /**
   * The name of the first layer that makes these channels; of several groups that begin in one
   * layer, all but the first have {@code #2}, {@code #3}, ... behind it.
   */
  public String name() {
    return name;
  }

  /** The number of channels, at least 1. */
  public int channels() {
    return channels;
  }

  /** All slices, in the network's order. */
  public List<ChannelSlice> slices() {
    return slices;
  }

  /** The slices of one role, in the network's order. */
  public List<ChannelSlice> slices(ChannelRole role) {
    return slices.stream().filter(slice -> slice.role() == role).toList();
  }

  /** Whether no channel can be removed. */
  public boolean isFixed() {
    return !reasons.isEmpty();
  }

  /** Why no channel can be removed; empty where channels can. */
  public Optional<String> fixedReason() {
    return isFixed() ? Optional.of(String.join("; ", reasons)) : Optional.empty();
  }

  /**
   * Whether a channel is not silent where all parameters that make it are zero, because an
   * activation function or a shift on its way is not zero at zero (sigmoid, softplus, ...).
   */
  public boolean isLoud() {
    return loud;
  }

  @Override
  public String toString() {
    return "%s (%d channels%s)"
        .formatted(name, channels, fixedReason().map(reason -> ", fixed: " + reason).orElse(""));
  }
}
