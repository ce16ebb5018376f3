package org.espalier.graph;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.espalier.nn.ChannelWise;
import org.espalier.nn.GlobalAveragePooling;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Follows channels through a layer, and notes which of its parameters run over them. */
final class LayerChannels {
  private static final Set<Class<?>> IN_PLACE =
      Set.of(
          ActivationLayer.class,
          DropoutLayer.class,
          Upsampling2D.class,
          ZeroPaddingLayer.class,
          Cropping2D.class,
          GlobalPoolingLayer.class,
          GlobalAveragePooling.class,
          LossLayer.class,
          CnnLossLayer.class,
          Yolo2OutputLayer.class);

  private static final String WEIGHT = "W";
  private static final String BIAS = "b";
  private static final String GAIN = "g";
  private static final String DEPTHWISE = WEIGHT;
  private static final String POINTWISE = "pW";
  private static final String CENTERS = "cL";

  private final ChannelClasses classes;
  private final String name;
  private final Map<String, INDArray> parameters;
  private final boolean isOutput;

  LayerChannels(
      ChannelClasses classes, String name, Map<String, INDArray> parameters, boolean isOutput) {
    this.classes = classes;
    this.name = name;
    this.parameters = parameters;
    this.isOutput = isOutput;
  }

  /** The layer in a wrapper that keeps it from learning, or the layer itself. */
  static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop frozen
        ? unwrapped(frozen.getUnderlying())
        : layer;
  }

  /**
   * Returns the channels that come out.
   *
   * @param in what reaches the layer, behind its preprocessor
   * @param type the type of what comes out
   */
  int[] propagate(Layer wrapped, Signal in, InputType type) {
    Layer layer = unwrapped(wrapped);
    int[] ids = known(layer, in);
    if (ids == null) {
      return unsupported(layer, in, type);
    }
    return ids;
  }

  /** Returns the channels that come out of a layer that is known, or null. */
  private int[] known(Layer layer, Signal in) {
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution(convolution, in);
    }
    if (layer instanceof BatchNormalization normalization) {
      return normalization(normalization, in.ids());
    }
    if (layer instanceof DenseLayer || layer instanceof BaseOutputLayer) {
      return dense((BaseLayer) layer, in.ids());
    }
    if (layer instanceof ElementWiseMultiplicationLayer) {
      follow(in.ids());
      return activated((BaseLayer) layer, in.ids());
    }
    if (layer instanceof PReLULayer) {
      return rectified(in);
    }
    if (layer instanceof ChannelWise channelWise) {
      return channelWise(channelWise, in.ids());
    }
    if (layer instanceof SpaceToDepthLayer blocks) {
      return blocks(blocks, in.ids());
    }
    if (layer instanceof LocalResponseNormalization) {
      classes.fix(in.ids(), name + " normalises each channel by its neighbours");
      return in.ids();
    }
    if (layer instanceof SubsamplingLayer || IN_PLACE.contains(layer.getClass())) {
      return layer instanceof ActivationLayer activation
          ? activated(activation.getActivationFn(), in.ids())
          : in.ids();
    }
    return null;
  }

  private int[] convolution(ConvolutionLayer layer, Signal in) {
    if (layer instanceof Convolution1DLayer || layer instanceof Convolution3D || !in.isImages()) {
      return null;
    }
    if (in.format() != layer.getCnn2dDataFormat()) {
      throw new IllegalArgumentException(
          "Cannot find channel groups: %s takes %s images (%s)"
              .formatted(name, layer.getCnn2dDataFormat(), in.format()));
    }
    if (layer instanceof DepthwiseConvolution2D depthwise) {
      int[] out = multiplied(in.ids(), depthwise.getDepthMultiplier());
      return has(WEIGHT, 2, in.ids().length) && parametersAre(WEIGHT, BIAS)
          ? activated(layer, used(ChannelRole.FOLLOWER, WEIGHT, 2, in.ids(), out))
          : null;
    }
    if (layer instanceof SeparableConvolution2D separable) {
      int[] between = multiplied(in.ids(), separable.getDepthMultiplier());
      if (!has(DEPTHWISE, 1, in.ids().length)
          || !has(POINTWISE, 1, between.length)
          || !parametersAre(DEPTHWISE, POINTWISE, BIAS)) {
        return null;
      }
      use(DEPTHWISE, 1, ChannelRole.INPUT, in.ids());
      use(POINTWISE, 1, ChannelRole.INPUT, between);
      return activated(layer, made(POINTWISE, 0));
    }
    int inputAxis = layer instanceof Deconvolution2D ? 0 : 1;
    if (!has(WEIGHT, inputAxis, in.ids().length) || !parametersAre(WEIGHT, BIAS)) {
      return null;
    }
    use(WEIGHT, inputAxis, ChannelRole.INPUT, in.ids());
    return activated(layer, made(WEIGHT, 1 - inputAxis));
  }

  private int[] dense(BaseLayer layer, int[] in) {
    if (!has(WEIGHT, 0, in.length) || !parametersAre(WEIGHT, BIAS, GAIN, CENTERS)) {
      return null;
    }
    use(WEIGHT, 0, ChannelRole.INPUT, in);
    int[] out = made(WEIGHT, 1);
    if (parameters.containsKey(GAIN)) {
      use(GAIN, 1, ChannelRole.FOLLOWER, out);
      classes.fix(out, name + " normalises over all of its outputs");
    }
    if (parameters.containsKey(CENTERS)) {
      use(CENTERS, 1, ChannelRole.INPUT, in);
      use(CENTERS, 0, ChannelRole.OUTPUT, out);
    }
    return activated(layer, out);
  }

  private int[] normalization(BatchNormalization layer, int[] ids) {
    follow(ids);
    if (layer.isLockGammaBeta() && layer.getBeta() != 0) {
      classes.loud(ids);
    }
    return ids;
  }

  private int[] rectified(Signal in) {
    long[] shape = parameters.get(WEIGHT).shape();
    int axis = in.isImages() ? in.axis() - 1 : 1; // images have no axis of examples here
    if (shape.length <= axis) {
      return null;
    }
    if (shape[axis] == in.ids().length) {
      use(WEIGHT, axis, ChannelRole.FOLLOWER, in.ids());
    }
    return in.ids();
  }

  private int[] channelWise(ChannelWise layer, int[] in) {
    int[] sources = layer.sources(in.length);
    int[] out = new int[sources.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = sources[i] < 0 ? classes.fresh(name, 1)[0] : in[sources[i]];
    }
    for (String parameter : layer.channelParameters()) {
      use(parameter, parameters.get(parameter).rank() - 1, ChannelRole.FOLLOWER, out);
    }
    return out;
  }

  /** Each pixel of a block becomes a channel; the channels of a pixel stay together. */
  private static int[] blocks(SpaceToDepthLayer layer, int[] in) {
    int[] out = new int[in.length * layer.getBlockSize() * layer.getBlockSize()];
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i % in.length];
    }
    return out;
  }

  private static int[] multiplied(int[] ids, int times) {
    int[] result = new int[ids.length * times];
    for (int i = 0; i < result.length; i++) {
      result[i] = ids[i / times];
    }
    return result;
  }

  /** Makes the channels of an axis, and of the bias. */
  private int[] made(String parameter, int axis) {
    int[] out = classes.fresh(name, Math.toIntExact(parameters.get(parameter).size(axis)));
    return used(ChannelRole.OUTPUT, parameter, axis, out, out);
  }

  /** Notes weights and bias of one role. */
  private int[] used(ChannelRole role, String parameter, int axis, int[] ids, int[] out) {
    use(parameter, axis, role, ids);
    if (parameters.containsKey(BIAS)) {
      use(BIAS, parameters.get(BIAS).rank() - 1, role, out);
    }
    return out;
  }

  private void follow(int[] ids) {
    parameters.forEach((key, value) -> use(key, value.rank() - 1, ChannelRole.FOLLOWER, ids));
  }

  private void use(String parameter, int axis, ChannelRole role, int[] ids) {
    classes.use(new ChannelUse(name, parameter, axis, role, ids));
  }

  private boolean has(String parameter, int axis, int size) {
    INDArray value = parameters.get(parameter);
    return value != null && value.rank() > axis && value.size(axis) == size;
  }

  private boolean parametersAre(String... allowed) {
    return Set.of(allowed).containsAll(parameters.keySet());
  }

  private int[] activated(BaseLayer layer, int[] out) {
    return activated(layer.getActivationFn(), out);
  }

  /** Notes what an activation function means for channels. */
  private int[] activated(IActivation function, int[] out) {
    if (isOutput) {
      return out;
    }
    if (function instanceof ActivationSoftmax) {
      classes.fix(out, "the softmax of %s mixes all channels".formatted(name));
    } else if (function.getActivation(Nd4j.zeros(DataType.FLOAT, 1, 1), false).getDouble(0) != 0) {
      classes.loud(out);
    }
    return out;
  }

  private int[] unsupported(Layer layer, Signal in, InputType type) {
    String reason = "%s is not supported (%s)".formatted(name, layer.getClass().getSimpleName());
    classes.fix(in.ids(), reason);
    int[] out = classes.fresh(name, Signal.channels(type));
    classes.fix(out, reason);
    return out;
  }
}
