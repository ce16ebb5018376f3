package org.espalier.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.espalier.nn.BatchNorm;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Folds batch normalisation into the convolution before it, for inference.
 *
 * <p>With running mean m and variance v, a convolution's weights W and bias b become W s and (b -
 * m) s + beta, channel by channel, where s = gamma / sqrt(v + eps). The new convolution has the old
 * one's name and settings, and a bias. A ReLU that was fused into the normalisation becomes a layer
 * of the normalisation's name.
 *
 * <p>Folded are two-dimensional, depthwise and separable convolutions without activation that
 * nothing but the normalisation reads; others stay. A folded network computes in training what it
 * computes in inference: batch statistics are gone.
 */
public final class BatchNormFolding {
  private static final String CONVOLUTION = "convolution";
  private static final String NORMALIZATION = "normalization";

  private final ComputationGraph network;
  private final NetworkGraph graph;

  private BatchNormFolding(ComputationGraph network) {
    this.network = network;
    this.graph = NetworkGraph.of(network);
  }

  /**
   * A folded network.
   *
   * @param network the folded network; the given one, copied, where nothing could be folded
   * @param folded how many batch normalisations are gone
   */
  public record Result(ComputationGraph network, int folded) {}

  /** Folds every batch normalisation that can be, and leaves the given network as it is. */
  public static Result fold(ComputationGraph network) {
    BatchNormFolding folding = new BatchNormFolding(network);
    int folded = folding.graph.rewrite(pattern(), folding::replacement);
    return new Result(folding.graph.build(), folded);
  }

  private static Pattern pattern() {
    return Pattern.chain(
        Pattern.layer(ConvolutionLayer.class, BatchNormFolding::isFoldable).as(CONVOLUTION),
        Pattern.layer(BatchNormalization.class)
            .where(node -> node.preprocessor() == null)
            .as(NORMALIZATION));
  }

  private static boolean isFoldable(ConvolutionLayer layer) {
    return layer.getActivationFn() instanceof ActivationIdentity
        && !(layer instanceof Convolution1DLayer
            || layer instanceof Convolution3D
            || layer instanceof Deconvolution2D);
  }

  private List<NewNode> replacement(Match match) {
    String name = match.name(CONVOLUTION);
    ConvolutionLayer convolution = (ConvolutionLayer) match.node(CONVOLUTION).layer();
    BatchNormalization normalization = (BatchNormalization) match.node(NORMALIZATION).layer();
    if (normalization.getNOut() != convolution.getNOut()
        || isChannelsLast(convolution) != (normalization.getCnn2DFormat() == CNN2DFormat.NHWC)) {
      return List.of();
    }
    Affine affine = affine(normalization, table(match.name(NORMALIZATION)));
    Map<String, INDArray> parameters = table(name);
    String weights = weights(convolution);
    ConvolutionLayer folded = convolution.clone();
    folded.setHasBias(true);
    List<NewNode> by = new ArrayList<>();
    by.add(
        NewNode.layer(name, folded)
            .parameter(weights, scaled(convolution, parameters.get(weights), affine.scale()))
            .parameter(
                ConvolutionParamInitializer.BIAS_KEY,
                shifted(parameters.get(ConvolutionParamInitializer.BIAS_KEY), affine)));
    if (normalization instanceof BatchNorm ours && ours.isRelu()) {
      by.add(NewNode.layer(match.name(NORMALIZATION), new ActivationLayer(Activation.RELU)));
    }
    return by;
  }

  private static boolean isChannelsLast(ConvolutionLayer convolution) {
    return convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  private Map<String, INDArray> table(String name) {
    return network.getVertex(name).paramTable(false);
  }

  /** What normalisation does to each channel: x scale + shift. Rows of doubles, [1, C]. */
  private record Affine(INDArray scale, INDArray shift) {}

  private static Affine affine(BatchNormalization layer, Map<String, INDArray> parameters) {
    INDArray mean = row(parameters.get(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    INDArray scale = inverseDeviation(layer, parameters);
    if (!layer.isLockGammaBeta()) {
      scale.muli(row(parameters.get(BatchNormalizationParamInitializer.GAMMA)));
      INDArray beta = row(parameters.get(BatchNormalizationParamInitializer.BETA));
      return new Affine(scale, beta.subi(mean.muli(scale)));
    }
    // Deeplearning4j's layer heeds a locked gamma and beta only where neither has its default.
    boolean heeded = layer.getGamma() != 1 && layer.getBeta() != 0;
    scale.muli(heeded ? layer.getGamma() : 1);
    return new Affine(scale, mean.muli(scale).rsubi(heeded ? layer.getBeta() : 0));
  }

  private static INDArray inverseDeviation(
      BatchNormalization layer, Map<String, INDArray> parameters) {
    boolean logarithmic = layer.isUseLogStd();
    double[] values =
        row(parameters.get(
                logarithmic
                    ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
                    : BatchNormalizationParamInitializer.GLOBAL_VAR))
            .toDoubleVector();
    for (int i = 0; i < values.length; i++) {
      double variance = logarithmic ? Math.pow(10, 2 * values[i]) : values[i];
      values[i] = 1 / Math.sqrt(variance + layer.getEps());
    }
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private static INDArray row(INDArray vector) {
    return vector.reshape(1, vector.length()).castTo(DataType.DOUBLE).dup();
  }

  private static String weights(ConvolutionLayer layer) {
    return layer instanceof SeparableConvolution2D
        ? SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY
        : ConvolutionParamInitializer.WEIGHT_KEY;
  }

  /** Weights are [nOut, ...]; those of a depthwise convolution are [kH, kW, nIn, multiplier]. */
  private static INDArray scaled(ConvolutionLayer layer, INDArray weights, INDArray scale) {
    long[] shape =
        layer instanceof DepthwiseConvolution2D
            ? new long[] {1, 1, weights.size(2), weights.size(3)}
            : new long[] {scale.length(), 1, 1, 1};
    return weights
        .castTo(DataType.DOUBLE)
        .mul(scale.reshape('c', shape))
        .castTo(weights.dataType());
  }

  private static INDArray shifted(INDArray bias, Affine affine) {
    INDArray shift = affine.shift();
    return bias == null ? shift : shift.add(row(bias).muli(affine.scale()));
  }
}
