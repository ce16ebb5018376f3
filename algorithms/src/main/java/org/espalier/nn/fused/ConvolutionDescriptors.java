package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** What oneDNN says of a convolution of so many images. */
final class ConvolutionDescriptors extends SliceKernel {
  private static final algorithm DIRECT = algorithm.convolution_direct;

  private static final String SLOW = "brgconv_strided:avx512_core";

  private final memory.desc x;
  private final memory.desc y;
  private final memory.desc weights;
  private final memory.desc weightGradient;
  private final memory.desc bias;
  private final long[] strides;
  private final long[] dilations;
  private final long[] padding;

  /** With weights in whatever layouts oneDNN likes best, and with a bias or without. */
  ConvolutionDescriptors(ConvolutionShape shape, Element activations, int images, boolean biased) {
    weights = any(shape, activations);
    weightGradient = any(shape, Element.F32);
    x = own(shape.input().layout(activations, images));
    y = own(shape.output().layout(activations, images));
    bias = biased ? vector(shape.out()) : nothing();
    strides = shape.window().strides();
    dilations = shape.dilations();
    padding = shape.window().padding();
  }

  private memory.desc any(ConvolutionShape shape, Element element) {
    return own(new memory.desc(shape.weights(), element.type(), memory.format_tag.any));
  }

  /**
   * Appends a convolution, and further operations on the result.
   *
   * @param shift where the bias lies; null without one
   */
  void addForward(
      prop_kind kind,
      Value input,
      LaidOutWeights laidOut,
      Place shift,
      Value output,
      PostOps after) {
    convolution_forward.primitive_desc descriptor = forward(kind, after.settings());
    Map<Integer, Operand> operands = new HashMap<>(after.operands());
    operands.put(DNNL_ARG_SRC, new Operand(x, input));
    operands.put(DNNL_ARG_WEIGHTS, laidOut.in(descriptor.weights_desc()));
    if (shift != null) {
      operands.put(DNNL_ARG_BIAS, new Operand(bias, shift));
    }
    operands.put(DNNL_ARG_DST, new Operand(y, output));
    add(new convolution_forward(descriptor), descriptor, operands);
  }

  /** What backward passes are told of the forward pass. */
  private convolution_forward.primitive_desc hint() {
    return forward(prop_kind.forward_training, settings());
  }

  private convolution_forward.primitive_desc forward(prop_kind kind, primitive_attr settings) {
    return own(
        new convolution_forward.primitive_desc(
            processor(),
            kind,
            DIRECT,
            x,
            weights,
            bias,
            y,
            strides,
            dilations,
            padding,
            padding,
            settings,
            false));
  }

  /** With a stride, oneDNN's second choice is the faster one in float32. */
  convolution_backward_data.primitive_desc backwardData() {
    convolution_backward_data.primitive_desc descriptor =
        own(
            new convolution_backward_data.primitive_desc(
                processor(),
                DIRECT,
                x,
                weights,
                y,
                strides,
                dilations,
                padding,
                padding,
                hint(),
                settings(),
                false));
    if (descriptor.impl_info_str().getString().equals(SLOW)) {
      descriptor.next_impl();
    }
    return descriptor;
  }

  /** For the gradient of the weights, and that of the bias. */
  convolution_backward_weights.primitive_desc backwardWeights() {
    return own(
        new convolution_backward_weights.primitive_desc(
            processor(),
            DIRECT,
            x,
            weightGradient,
            bias,
            y,
            strides,
            dilations,
            padding,
            padding,
            hint(),
            settings(),
            false));
  }
}
