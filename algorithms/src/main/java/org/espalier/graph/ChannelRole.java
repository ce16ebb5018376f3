package org.espalier.graph;

/** What a layer's parameter has to do with a channel. */
public enum ChannelRole {
  /** The parameter makes the channel: a convolution's filter, a dense layer's column, its bias. */
  OUTPUT,
  /** The parameter reads the channel: the next layer's weights for this input. */
  INPUT,
  /** The parameter works on the channel in place: batch normalisation, depthwise, PReLU. */
  FOLLOWER
}
