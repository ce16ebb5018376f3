package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.espalier.nn.kernel.Window;

/**
 * A convolution with what follows it at inference: batch normalisation with running statistics, the
 * sum with another value, ReLU.
 *
 * <p>With s = gamma / sqrt(variance + eps), the weights of each output channel are multiplied with
 * s and the bias is beta - mean s.
 */
final class FoldedConvolutionNode extends Node {
  private final ConvolutionShape shape;
  private final Place weights;
  private final Block plainWeights;
  private final Block bias;
  private final LaidOutWeights laidOut;
  private BatchNormParameters norm;
  private Node residual;
  private boolean relu;
  private boolean complete;

  FoldedConvolutionNode(Trace trace, Node input, ConvolutionShape shape, Place weights) {
    super(trace, List.of(input), shape.output());
    this.shape = shape;
    this.weights = weights;
    this.plainWeights = new Block(Floats.bytes(shape.weightCount()));
    this.bias = new Block(Floats.bytes(shape.out()));
    this.laidOut = trace.own(new LaidOutWeights(shape.plain(), plainWeights));
  }

  /** Folds a batch normalisation in; false if something is folded in that comes after one. */
  boolean fold(BatchNormParameters norm, boolean relu) {
    if (complete || this.norm != null) {
      return false;
    }
    this.norm = norm;
    this.relu = relu;
    complete = relu;
    return true;
  }

  /** Folds the sum with another node in; false if something comes between. */
  boolean add(Node other, boolean relu) {
    if (complete) {
      return false;
    }
    residual = other;
    this.relu = relu;
    complete = true;
    return true;
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  /** Folds the parameters as they are now. */
  void refresh() {
    float[] folded = Floats.read(weights.address(null), shape.weightCount());
    float[] shift = new float[shape.out()];
    if (norm != null) {
      int each = folded.length / shape.out();
      float[] scale = norm.foldedScale();
      shift = norm.foldedShift(scale);
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= scale[i / each];
      }
    }
    Floats.write(folded, plainWeights.address());
    Floats.write(shift, bias.address());
    laidOut.refresh();
  }

  @Override
  void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: the program is for inference");
  }

  @Override
  Value make(int phase) {
    Value x = input().output(phase);
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
    SliceKernel kernel = new SliceKernel();
    convolution_forward.primitive_desc descriptor = descriptor(kernel, images);
    Map<Integer, SliceKernel.Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, kernel.operand(x, images));
    operands.put(DNNL_ARG_WEIGHTS, laidOut.in(descriptor.weights_desc()));
    operands.put(DNNL_ARG_BIAS, kernel.perChannel(shape.out(), bias));
    operands.put(DNNL_ARG_DST, kernel.operand(y, images));
    if (added != null) {
      operands.put(
          DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1, kernel.operand(added, images));
    }
    kernel.add(new convolution_forward(descriptor), descriptor, operands);
    return kernel;
  }

  private convolution_forward.primitive_desc descriptor(SliceKernel kernel, int images) {
    Element element = trace().activations();
    memory.desc results = kernel.own(size().layout(element, images));
    post_ops after = kernel.own(new post_ops());
    if (residual != null) {
      after.append_binary(algorithm.binary_add, results);
    }
    if (relu) {
      after.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    }
    primitive_attr attributes = kernel.own(new primitive_attr());
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    attributes.set_post_ops(after);
    Window window = shape.window();
    return kernel.own(
        new convolution_forward.primitive_desc(
            SliceKernel.processor(),
            prop_kind.forward_inference,
            algorithm.convolution_direct,
            kernel.own(shape.input().layout(element, images)),
            kernel.own(new memory.desc(shape.weights(), element.type(), memory.format_tag.any)),
            kernel.perChannel(shape.out(), bias).layout(),
            results,
            window.strides(),
            shape.dilations(),
            window.padding(),
            window.padding(),
            attributes,
            false));
  }
}
