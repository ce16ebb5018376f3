package org.espalier.export.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.quantize.layer.ActivationQuantizer;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.NormalizedWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a layer, as it is in inference.
 *
 * @param chain where to
 * @param in the type of what the layer reads, before its preprocessor
 * @param out the type of what it makes
 * @param parameters its parameters
 * @param weights what writes its weights
 */
record LayerWriter(
    Chain chain,
    InputType in,
    InputType out,
    Map<String, INDArray> parameters,
    WeightWriter weights) {

  /** Writes a layer with its preprocessor, which may be null. */
  Chain write(Layer given, InputPreProcessor preprocessor) {
    Layer layer = unwrapped(given);
    if (preprocessor == null) {
      return write(layer, in, null);
    }
    boolean dense = layer instanceof DenseLayer || layer instanceof OutputLayer;
    boolean flattens =
        preprocessor instanceof CnnToFeedForwardPreProcessor
            && in instanceof InputType.InputTypeConvolutional;
    if (flattens && dense) {
      DenseWriter.flatten(chain);
      return write(layer, preprocessor.getOutputType(in), Images.of(chain.vertex(), in));
    }
    LayerWriter behind = preprocess(preprocessor);
    return behind.write(layer, behind.in(), null);
  }

  private Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    if (layer instanceof QuantizedLayer quantized
        && quantized.quantizer() instanceof FixedWeights) {
      return quantized.getUnderlying();
    }
    if (layer instanceof QuantizedLayer
        || layer instanceof NormalizedWeights
        || (layer instanceof ActivationQuantizer && !(layer instanceof FixedActivation))) {
      throw unsupported("it is in training form, convert the network first", layer);
    }
    return layer;
  }

  /** Adds a preprocessor to the chain; returns what writes behind it. */
  LayerWriter preprocess(InputPreProcessor preprocessor) {
    if (preprocessor instanceof CnnToFeedForwardPreProcessor) {
      if (in instanceof InputType.InputTypeConvolutional images) {
        DenseWriter.flatten(chain, images);
      }
    } else if (preprocessor instanceof FeedForwardToCnnPreProcessor images) {
      if (!(in instanceof InputType.InputTypeConvolutional)) {
        DenseWriter.unflatten(
            chain, images.getNumChannels(), images.getInputHeight(), images.getInputWidth());
      }
    } else {
      throw unsupported("its input is changed by", preprocessor);
    }
    return new LayerWriter(chain, preprocessor.getOutputType(in), out, parameters, weights);
  }

  private Chain write(Layer layer, InputType in, InputType.InputTypeConvolutional flattened) {
    if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw unsupported("it has layer normalisation", dense);
      }
      return DenseWriter.dense(chain, parameters, weights, flattened, dense.getActivationFn(), out);
    }
    if (layer instanceof OutputLayer output) {
      return DenseWriter.dense(
          chain, parameters, weights, flattened, output.getActivationFn(), out);
    }
    if (layer instanceof LossLayer loss) {
      return Activations.add(chain, loss.getActivationFn(), out);
    }
    if (layer instanceof ActivationLayer activation) {
      return Activations.add(chain, activation.getActivationFn(), out);
    }
    if (layer instanceof BatchNormalization normalization) {
      return NormalizationWriter.normalization(chain, normalization, parameters);
    }
    if (layer instanceof FixedActivation) {
      return chain.main(IntegerGraph.ROUNDED, List.of());
    }
    if (layer instanceof DropoutLayer) {
      return chain;
    }
    if (layer instanceof ChannelMask mask) {
      return ChannelWriter.mask(chain, mask, in);
    }
    if (layer instanceof ChannelScatter scatter) {
      return ChannelWriter.scatter(chain, scatter, in);
    }
    return images(layer, Images.of(chain.vertex(), in));
  }

  private Chain images(Layer layer, InputType.InputTypeConvolutional in) {
    if (isConvolution(layer)) {
      return ConvolutionWriter.convolution(
          chain, (ConvolutionLayer) layer, parameters, weights, in, Images.of(chain.vertex(), out));
    }
    if (layer instanceof SubsamplingLayer pooling && !(layer instanceof Subsampling1DLayer)) {
      return ConvolutionWriter.pooling(chain, pooling, in, Images.of(chain.vertex(), out));
    }
    if (layer instanceof PaddedShortcut shortcut) {
      return ChannelWriter.shortcut(chain, shortcut);
    }
    if (layer instanceof ZeroPaddingLayer padding) {
      int[] pads = padding.getPadding();
      return ChannelWriter.pad(
          chain, new long[] {0, pads[0], pads[2]}, new long[] {0, pads[1], pads[3]});
    }
    if (layer instanceof GlobalAveragePooling) {
      return DenseWriter.flatten(chain.main("GlobalAveragePool", List.of()));
    }
    if (layer instanceof GlobalPoolingLayer pooling) {
      return globalPooling(pooling, in);
    }
    throw unsupported("there is no ONNX form here for", layer);
  }

  private static boolean isConvolution(Layer layer) {
    return layer instanceof ConvolutionLayer
        && !(layer instanceof Convolution1DLayer
            || layer instanceof Convolution3D
            || layer instanceof Deconvolution2D
            || layer instanceof SeparableConvolution2D);
  }

  private Chain globalPooling(GlobalPoolingLayer layer, InputType.InputTypeConvolutional in) {
    int[] pixels = in.getFormat() == CNN2DFormat.NHWC ? new int[] {1, 2} : new int[] {2, 3};
    int[] pooled =
        layer.getPoolingDimensions() == null ? new int[] {2, 3} : layer.getPoolingDimensions();
    boolean average = layer.getPoolingType() == PoolingType.AVG;
    if (!Arrays.equals(pixels, pooled) || !(average || layer.getPoolingType() == PoolingType.MAX)) {
      throw unsupported("it does not pool all pixels by their average or maximum", layer);
    }
    chain.main(average ? "GlobalAveragePool" : "GlobalMaxPool", List.of());
    return layer.isCollapseDimensions() ? DenseWriter.flatten(chain) : chain;
  }

  private IllegalArgumentException unsupported(String reason, Object what) {
    return new IllegalArgumentException(
        "Cannot export vertex "
            + chain.vertex()
            + ": "
            + reason
            + " ("
            + what.getClass().getSimpleName()
            + ")");
  }
}
