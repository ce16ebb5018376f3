package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.bytedeco.dnnl.global.dnnl.prop_kind;

/**
 * A convolution with what follows it at inference: batch normalisation with running statistics, the
 * sum with another value, ReLU.
 *
 * <p>With s = gamma / sqrt(variance + eps), the weights and the bias of each output channel are
 * multiplied with s, and beta - mean s is added to the bias.
 */
final class FoldedConvolutionNode extends InferenceNode {
  private final ConvolutionShape shape;
  private final Place weights;
  private final Place ownBias;
  private final boolean scatters;
  private final Block plainWeights;
  private final Block bias;
  private final LaidOutWeights laidOut;
  private BatchNormParameters norm;
  private Node residual;
  private Relu relu;
  private boolean complete;

  /**
   * A convolution.
   *
   * @param bias where its bias lies; null where it has none
   */
  FoldedConvolutionNode(
      Trace trace, Node input, ConvolutionShape shape, Place weights, Place bias) {
    this(trace, input, shape, weights, bias, false);
  }

  /** Channels put in other places, each once at most: codes stay codes. */
  static FoldedConvolutionNode scatter(
      Trace trace, Node input, ConvolutionShape shape, Place weights) {
    return new FoldedConvolutionNode(trace, input, shape, weights, null, true);
  }

  private FoldedConvolutionNode(
      Trace trace,
      Node input,
      ConvolutionShape shape,
      Place weights,
      Place bias,
      boolean scatters) {
    super(trace, input, shape.output());
    this.shape = shape;
    this.weights = weights;
    this.ownBias = bias;
    this.scatters = scatters;
    this.plainWeights = new Block(Floats.bytes(shape.weightCount()));
    this.bias = new Block(Floats.bytes(shape.out()));
    this.laidOut = trace.own(new LaidOutWeights(shape.plain(), plainWeights));
  }

  /** Folds a batch normalisation in; false if something is folded in that comes after one. */
  boolean fold(BatchNormParameters norm, boolean relu) {
    if (complete || this.norm != null || grid() != null) {
      return false;
    }
    this.norm = norm;
    rectifyIf(relu);
    return true;
  }

  /** Folds the sum with another node in; false if something comes between. */
  boolean add(Node other, boolean relu) {
    if (complete || grid() != null) {
      return false;
    }
    residual = other;
    rectifyIf(relu);
    complete = true;
    return true;
  }

  private void rectifyIf(boolean wanted) {
    if (wanted) {
      relu = Relu.PLAIN;
      complete = true;
    }
  }

  @Override
  boolean moves() {
    return scatters && norm == null && !complete;
  }

  @Override
  boolean rectify(Relu wanted) {
    if (super.rectify(wanted)) {
      return true;
    }
    if (grid() == null && !complete) {
      relu = wanted;
      complete = true;
      return true;
    }
    return false;
  }

  /** Folds the parameters as they are now. */
  void refresh() {
    float[] folded = Floats.read(weights.address(null), shape.weightCount());
    float[] shift =
        ownBias == null ? new float[shape.out()] : Floats.read(ownBias.address(null), shape.out());
    if (norm != null) {
      float[] scale = norm.foldedScale();
      float[] added = norm.foldedShift(scale);
      for (int c = 0; c < shift.length; c++) {
        shift[c] = ownBias == null ? added[c] : shift[c] * scale[c] + added[c];
      }
      IntUnaryOperator channels = shape.channels();
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= scale[channels.applyAsInt(i)];
      }
    }
    Floats.write(folded, plainWeights.address());
    Floats.write(shift, bias.address());
    laidOut.refresh();
  }

  @Override
  Value make(int phase) {
    Value x = read(phase);
    Value added = residual == null ? null : residual.output(phase);
    Value y = newValue(phase);
    List<Value> reads = new ArrayList<>(List.of(x));
    if (added != null) {
      reads.add(added);
    }
    trace().act(phase, reads, List.of(y), images -> kernel(x, added, y, images));
    return y;
  }

  private SliceKernel kernel(Value x, Value added, Value y, int images) {
    ConvolutionDescriptors kernel =
        new ConvolutionDescriptors(shape, trace().activations(), images, true);
    PostOps after = new PostOps(kernel);
    if (added != null) {
      after.plus(kernel.operand(added, images));
    }
    if (relu != null) {
      after.relu(relu);
    }
    kernel.addForward(prop_kind.forward_inference, x, laidOut, bias, y, after);
    return kernel;
  }
}
