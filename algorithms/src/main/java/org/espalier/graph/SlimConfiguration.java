package org.espalier.graph;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.espalier.nn.ChannelWise;

/** Writes new widths into a configuration. */
final class SlimConfiguration {
  /** Tells which indices of a channel axis stay. */
  @FunctionalInterface
  interface Kept {
    int[] of(int... ids);
  }

  private final NetworkGraph graph;
  private final ChannelPropagation propagation;
  private final Kept kept;

  /**
   * Starts.
   *
   * @param graph what to change
   * @param propagation the channels of the network that the graph was made of
   * @param kept which channels stay
   */
  SlimConfiguration(NetworkGraph graph, ChannelPropagation propagation, Kept kept) {
    this.graph = graph;
    this.propagation = propagation;
    this.kept = kept;
  }

  void apply() {
    for (Node node : graph.nodes()) {
      String name = node.name();
      GraphVertex vertex = node.vertex();
      InputPreProcessor preProcessor = ChannelPropagation.preProcessor(vertex);
      if (preProcessor != null) {
        narrow(name, preProcessor, propagation.inputs(name).get(0).ids());
      }
      if (vertex instanceof LayerVertex holder) {
        Layer layer = holder.getLayerConf().getLayer();
        holder
            .getLayerConf()
            .setLayer(narrowed(layer, propagation.processed(name), propagation.output(name).ids()));
      } else {
        GraphVertex narrow = narrowed(name, vertex);
        if (!narrow.equals(vertex)) {
          graph.replace(name, NewNode.vertex(name, narrow));
        }
      }
    }
  }

  private void narrow(String name, InputPreProcessor preProcessor, int... ids) {
    if (preProcessor instanceof ComposableInputPreProcessor several) {
      // the channels within are those of the first
      for (InputPreProcessor one : several.getInputPreProcessors()) {
        narrow(name, one, ids);
      }
    } else if (preProcessor instanceof CnnToFeedForwardPreProcessor flatten) {
      if (flatten.getNumChannels() == ids.length) {
        flatten.setNumChannels(kept.of(ids).length);
      }
    } else if (preProcessor instanceof FeedForwardToCnnPreProcessor toImages) {
      toImages.setNumChannels(kept.of(propagation.processed(name).ids()).length);
    }
  }

  private Layer narrowed(Layer layer, Signal signal, int... out) {
    int[] in = signal.ids();
    if (Arrays.equals(kept.of(in), ChannelPropagation.range(in.length))
        && Arrays.equals(kept.of(out), ChannelPropagation.range(out.length))) {
      return layer;
    }
    if (layer instanceof FrozenLayer frozen) {
      FrozenLayer narrow =
          new FrozenLayer.Builder().layer(narrowed(frozen.getLayer(), signal, out)).build();
      narrow.setLayerName(frozen.getLayerName());
      narrow.setIDropout(frozen.getIDropout());
      narrow.setConstraints(frozen.getConstraints());
      return narrow;
    }
    if (layer instanceof FrozenLayerWithBackprop frozen) {
      frozen.setUnderlying(narrowed(frozen.getUnderlying(), signal, out));
    } else if (layer instanceof ChannelWise channelWise) {
      return channelWise.withChannels(kept.of(in), kept.of(out));
    } else if (layer instanceof SeparableConvolution2D && kept.of(in).length == 1) {
      throw new IllegalArgumentException(
          "Cannot slim: %s would be left with one input, and separable convolution takes two or more"
              .formatted(layer.getLayerName()));
    } else if (layer instanceof FeedForwardLayer widths) {
      widths.setNIn(kept.of(in).length);
      widths.setNOut(kept.of(out).length);
    } else if (layer instanceof PReLULayer rectifier) {
      narrow(rectifier, signal.axis() - 1, in.length, kept.of(in).length);
    }
    return layer;
  }

  private static void narrow(PReLULayer rectifier, int axis, int before, int after) {
    long[] shape = rectifier.getInputShape().clone();
    if (shape[axis] == before) {
      shape[axis] = after;
    }
    rectifier.setInputShape(shape);
  }

  private GraphVertex narrowed(String name, GraphVertex vertex) {
    if (vertex instanceof FrozenVertex frozen) {
      return new FrozenVertex(narrowed(name, frozen.getUnderlying()));
    }
    if (vertex instanceof SubsetVertex subset) {
      int[] ids = propagation.inputs(name).get(0).ids();
      int from = kept.of(Arrays.copyOf(ids, subset.getFrom())).length;
      int width = kept.of(propagation.output(name).ids()).length;
      return new SubsetVertex(from, from + width - 1);
    }
    return vertex;
  }
}
