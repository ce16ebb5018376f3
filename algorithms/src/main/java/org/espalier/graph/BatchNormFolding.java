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
    ChannelAffine affine = ChannelAffine.of(normalization, table(match.name(NORMALIZATION)));
    Map<String, INDArray> parameters = table(name);
    String weights = weights(convolution);
    ConvolutionLayer folded = convolution.clone();
    folded.setHasBias(true);
    List<NewNode> by = new ArrayList<>();
    by.add(
        NewNode.layer(name, folded)
            .parameter(weights, scaled(convolution, parameters.get(weights), row(affine.factor())))
            .parameter(
                ConvolutionParamInitializer.BIAS_KEY,
                row(affine.shifted(parameters.get(ConvolutionParamInitializer.BIAS_KEY)))));
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

  private static INDArray row(double[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
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
}
