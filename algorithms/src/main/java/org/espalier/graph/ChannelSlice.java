package org.espalier.graph;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of one parameter that belongs to the channels of a {@link ChannelGroup}: for each
 * channel, some indices of one axis.
 *
 * <p>A convolution's weights have one index a channel; a dense layer behind a flattened image has
 * one for each pixel, in the same order of pixels for every channel; behind a concatenation, one
 * for each place at which the channel was put.
 */
public final class ChannelSlice {
  private final String layer;
  private final String parameter;
  private final int axis;
  private final ChannelRole role;
  private final int[][] indices;

  ChannelSlice(String layer, String parameter, int axis, ChannelRole role, int[][] indices) {
    this.layer = Objects.requireNonNull(layer);
    this.parameter = Objects.requireNonNull(parameter);
    this.axis = axis;
    this.role = Objects.requireNonNull(role);
    this.indices = indices;
  }

  /** The name of the vertex that holds the parameter. */
  public String layer() {
    return layer;
  }

  /** The parameter's key in its layer, for example {@code W}, {@code b} or {@code gamma}. */
  public String parameter() {
    return parameter;
  }

  /** The axis of the parameter on which the indices lie, from 0. */
  public int axis() {
    return axis;
  }

  /** What the parameter has to do with the channels. */
  public ChannelRole role() {
    return role;
  }

  /** The number of channels, that of the group. */
  public int channels() {
    return indices.length;
  }

  /**
   * The indices that belong to a channel, ascending; as many for each channel.
   *
   * @param channel from 0 to channels - 1
   */
  public int[] indices(int channel) {
    return indices[channel].clone();
  }

  /**
   * The whole parameter in a network, not only this slice of it: a view. Vectors are [1, C].
   *
   * @param network the network that was analysed, or one of the same layers and widths
   */
  public INDArray parameterOf(ComputationGraph network) {
    return Parameters.of(network, layer).get(parameter);
  }

  @Override
  public String toString() {
    return "%s of %s.%s on axis %d".formatted(role, layer, parameter, axis);
  }
}
