package org.espalier.graph;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/** Follows channels through preprocessors, which flatten images into features and back. */
final class Preprocessing {
  private final ChannelClasses classes;
  private final String vertex;

  Preprocessing(ChannelClasses classes, String vertex) {
    this.classes = classes;
    this.vertex = vertex;
  }

  Signal apply(InputPreProcessor preProcessor, Signal in) {
    if (preProcessor instanceof ComposableInputPreProcessor several) {
      Signal signal = in;
      for (InputPreProcessor one : several.getInputPreProcessors()) {
        signal = apply(one, signal);
      }
      return signal;
    }
    if (preProcessor instanceof CnnToFeedForwardPreProcessor) {
      return in.isImages() ? flattened(in, preProcessor.getOutputType(in.type())) : in;
    }
    if (preProcessor instanceof FeedForwardToCnnPreProcessor toImages) {
      return in.isImages() ? in : unflattened(in, toImages);
    }
    String reason =
        "%s changes its input in a way that is not supported (%s)"
            .formatted(vertex, preProcessor.getClass().getSimpleName());
    classes.fix(in.ids(), reason);
    InputType type = preProcessor.getOutputType(in.type());
    int[] ids = classes.fresh(vertex, Signal.channels(type));
    classes.fix(ids, reason);
    return new Signal(ids, type);
  }

  private static Signal flattened(Signal in, InputType type) {
    int channels = in.ids().length;
    int[] ids = new int[Signal.channels(type)];
    int pixels = ids.length / channels;
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.ids()[in.format() == CNN2DFormat.NHWC ? i % channels : i / pixels];
    }
    return new Signal(ids, type);
  }

  /** Ties the features of all pixels of a channel together. */
  private Signal unflattened(Signal in, FeedForwardToCnnPreProcessor toImages) {
    int[] ids = new int[Math.toIntExact(toImages.getNumChannels())];
    int pixels = in.ids().length / ids.length;
    for (int c = 0; c < ids.length; c++) {
      int[] features = Arrays.copyOfRange(in.ids(), c * pixels, (c + 1) * pixels);
      ids[c] = features[0];
      for (int feature : features) {
        classes.unite(ids[c], feature);
      }
    }
    return new Signal(
        ids,
        InputType.convolutional(
            toImages.getInputHeight(), toImages.getInputWidth(), toImages.getNumChannels()));
  }
}
