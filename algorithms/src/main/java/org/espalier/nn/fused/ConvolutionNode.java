package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.global.dnnl.prop_kind;

/** A convolution, with the ReLU that may follow it. */
final class ConvolutionNode extends Node {
  private final ConvolutionShape shape;
  private final boolean learns;
  private final ConvolutionWeights plain;
  private final LaidOutWeights weights;
  private boolean relu;

  ConvolutionNode(Trace trace, Node input, ConvolutionShape shape, ConvolutionWeights weights) {
    super(trace, List.of(input), shape.output());
    this.shape = shape;
    this.plain = weights;
    this.weights = trace.own(new LaidOutWeights(shape.plain(), weights.place()));
    this.learns = weights.gradient() != null;
  }

  @Override
  boolean needsGradient() {
    return learns || super.needsGradient();
  }

  @Override
  boolean rectify(Relu wanted) {
    relu |= !wanted.limited();
    return !wanted.limited();
  }

  @Override
  void forward() {
    trace()
        .phase(0)
        .chore(
            () -> {
              plain.make();
              weights.refresh();
            });
    int phase = level();
    Value x = input().output(phase);
    Value y = keep(newValue(phase));
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              ConvolutionDescriptors kernel = descriptors(images);
              PostOps after = new PostOps(kernel).relu(relu);
              kernel.addForward(prop_kind.forward_training, x, weights, plain.bias(), y, after);
              return kernel;
            });
  }

  @Override
  void backward(Value gradient, int phase) {
    Value below = relu ? rectified(gradient, Relu.PLAIN, phase) : gradient;
    if (learns) {
      backwardWeights(below, phase);
    }
    if (input().needsGradient()) {
      input().addGradient(backwardData(below, phase), phase);
    }
  }

  private Value backwardData(Value gradient, int phase) {
    Value below = input().newValue(phase);
    trace()
        .act(
            phase,
            List.of(gradient),
            List.of(below),
            images -> {
              ConvolutionDescriptors kernel = descriptors(images);
              convolution_backward_data.primitive_desc descriptor = kernel.backwardData();
              kernel.add(
                  new convolution_backward_data(descriptor),
                  descriptor,
                  Map.of(
                      DNNL_ARG_DIFF_DST,
                      kernel.operand(gradient, images),
                      DNNL_ARG_WEIGHTS,
                      weights.in(descriptor.weights_desc()),
                      DNNL_ARG_DIFF_SRC,
                      kernel.operand(below, images)));
              return kernel;
            });
    return below;
  }

  private void backwardWeights(Value gradient, int phase) {
    Value x = input().output(phase);
    SliceSum sum = new SliceSum(shape, trace().activations(), plain.gradient());
    trace().phase(phase).add(sum.shares());
    boolean biased = plain.biasGradient() != null;
    PerSlice biasShares = new PerSlice(Floats.bytes(biased ? shape.out() : 0), 0);
    trace().phase(phase).add(biasShares);
    trace()
        .act(
            phase,
            List.of(x, gradient),
            List.of(),
            images -> {
              ConvolutionDescriptors kernel = descriptors(images);
              convolution_backward_weights.primitive_desc descriptor = kernel.backwardWeights();
              SliceKernel.Operand computed = sum.share(kernel, descriptor.diff_weights_desc());
              Map<Integer, SliceKernel.Operand> operands = new HashMap<>();
              operands.put(DNNL_ARG_SRC, kernel.operand(x, images));
              operands.put(DNNL_ARG_DIFF_DST, kernel.operand(gradient, images));
              operands.put(DNNL_ARG_DIFF_WEIGHTS, computed);
              if (biased) {
                operands.put(DNNL_ARG_DIFF_BIAS, kernel.perChannel(shape.out(), biasShares));
              }
              kernel.add(new convolution_backward_weights(descriptor), descriptor, operands);
              sum.collect(kernel, computed);
              return kernel;
            });
    trace().phase(phase).atEnd(sum);
    if (biased) {
      trace().phase(phase).atEnd(() -> addUp(biasShares));
    }
    Phase done = trace().phase(plain.maker() == null ? phase : phase + 1);
    if (plain.maker() != null) {
      done.chore(plain.maker()::takeGradientBack);
    }
    done.writes(plain.written().address(), plain.written().numbers());
  }

  private void addUp(PerSlice biasShares) {
    double[] sum = new double[shape.out()];
    for (int slice = 0; slice < biasShares.slices(); slice++) {
      float[] share = Floats.read(biasShares.address(slice), sum.length);
      for (int c = 0; c < sum.length; c++) {
        sum[c] += share[c];
      }
    }
    Floats.write(sum, 0, sum.length, plain.biasGradient().address(null));
  }

  private ConvolutionDescriptors descriptors(int images) {
    return new ConvolutionDescriptors(shape, trace().activations(), images, plain.bias() != null);
  }
}
