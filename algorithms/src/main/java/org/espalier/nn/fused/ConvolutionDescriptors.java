package org.espalier.nn.fused;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/** What oneDNN says of a convolution of so many images. */
final class ConvolutionDescriptors extends SliceKernel {
  private static final algorithm DIRECT = algorithm.convolution_direct;

  private static final String SLOW = "brgconv_strided:avx512_core";

  private final ConvolutionShape shape;
  private final memory.desc x;
  private final memory.desc y;
  private final memory.desc weights;
  private final memory.desc weightGradient;

  /** With weights in whatever layouts oneDNN likes best. */
  ConvolutionDescriptors(ConvolutionShape shape, Element activations, int images) {
    this.shape = shape;
    weights = any(shape, activations);
    weightGradient = any(shape, Element.F32);
    x = own(shape.input().layout(activations, images));
    y = own(shape.output().layout(activations, images));
  }

  private memory.desc any(ConvolutionShape shape, Element element) {
    return own(new memory.desc(shape.weights(), element.type(), memory.format_tag.any));
  }

  convolution_forward.primitive_desc forward() {
    return own(
        new convolution_forward.primitive_desc(
            processor(),
            prop_kind.forward_training,
            DIRECT,
            x,
            weights,
            y,
            shape.window().strides(),
            shape.dilations(),
            shape.window().padding(),
            shape.window().padding(),
            settings(),
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
                shape.window().strides(),
                shape.dilations(),
                shape.window().padding(),
                shape.window().padding(),
                forward(),
                settings(),
                false));
    if (descriptor.impl_info_str().getString().equals(SLOW)) {
      descriptor.next_impl();
    }
    return descriptor;
  }

  convolution_backward_weights.primitive_desc backwardWeights() {
    return own(
        new convolution_backward_weights.primitive_desc(
            processor(),
            DIRECT,
            x,
            weightGradient,
            y,
            shape.window().strides(),
            shape.dilations(),
            shape.window().padding(),
            shape.window().padding(),
            forward(),
            settings(),
            false));
  }
}
