package org.espalier.nn;

import java.util.Set;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * A layer that treats every channel by itself, and knows how to do with fewer of them.
 *
 * <p>Each output channel is either made of one input channel or zero.
 */
public interface ChannelWise {

  /**
   * Returns, for each output channel, the input channel that it is made of, or -1 where it is zero.
   *
   * @param inputs the number of input channels
   */
  int[] sources(int inputs);

  /** The keys of the parameters that hold one number for each channel, on their last axis. */
  Set<String> channelParameters();

  /**
   * Returns the same layer for fewer channels, a new object.
   *
   * @param inputs the input channels that stay, ascending
   * @param outputs the output channels that stay, ascending; among them those, and no others, whose
   *     source stays
   */
  Layer withChannels(int[] inputs, int[] outputs);
}
