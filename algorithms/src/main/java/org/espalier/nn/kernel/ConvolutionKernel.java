package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
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
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution of NHWC images with weights [out, in, kH, kW].
 *
 * <p>oneDNN chooses a layout of its own for the weights; they are copied into it before each run,
 * and the gradient is copied back, which costs microseconds.
 */
public final class ConvolutionKernel extends Kernel {
  private static final algorithm DIRECT = algorithm.convolution_direct;

  /** A convolution's sizes; dilation 1 is none. */
  public record Shape(
      long batch,
      long height,
      long width,
      long in,
      long out,
      Window window,
      long dilationH,
      long dilationW,
      boolean bias) {
    /** Rows of the output. */
    public long outHeight() {
      return window.outHeight(height, dilationH);
    }

    /** Columns of the output. */
    public long outWidth() {
      return window.outWidth(width, dilationW);
    }
  }

  private final Shape shape;
  private final memory.desc anyWeights;
  private final convolution_forward.primitive_desc forwardDescriptor;
  private final Operand x;
  private final Operand w;
  private final Operand b;
  private final Operand y;
  private final Operand dx;
  private final Operand dy;
  private final Operand dw;
  private final Operand db;
  private final Step[] forward;
  private Step[] backwardData;
  private Step[] backwardWeights;

  /** Prepares the forward pass; the backward passes are prepared when they are first needed. */
  public ConvolutionKernel(Shape shape) {
    this.shape = shape;
    Window window = shape.window();
    memory.desc images = images(shape.batch(), shape.in(), shape.height(), shape.width());
    memory.desc results = images(shape.batch(), shape.out(), shape.outHeight(), shape.outWidth());
    memory.desc weights =
        layout(memory.format_tag.oihw, shape.out(), shape.in(), window.height(), window.width());
    memory.desc bias = shape.bias() ? vector(shape.out()) : nothing();
    anyWeights =
        layout(memory.format_tag.any, shape.out(), shape.in(), window.height(), window.width());
    x = operand(images);
    y = operand(results);
    w = operand(weights);
    b = operand(bias);
    dx = operand(images);
    dy = operand(results);
    dw = operand(weights);
    db = operand(bias);
    forwardDescriptor = keep(describeForward());
    forward = prepareForward();
  }

  /** y = x * w + b; b is null where the shape says that there is none. */
  public void forward(INDArray x, INDArray w, INDArray b, INDArray y) {
    this.x.at(x);
    this.w.at(w);
    this.y.at(y);
    if (shape.bias()) {
      this.b.at(b);
    }
    run(forward);
    done(x, w, b, y);
  }

  /** The gradient at the images. */
  public void backwardData(INDArray dy, INDArray w, INDArray dx) {
    if (backwardData == null) {
      backwardData = prepareBackwardData();
    }
    this.dy.at(dy);
    this.w.at(w);
    this.dx.at(dx);
    run(backwardData);
    done(dy, w, dx);
  }

  /** The gradients at the weights and, where there is one, the bias. */
  public void backwardWeights(INDArray x, INDArray dy, INDArray dw, INDArray db) {
    if (backwardWeights == null) {
      backwardWeights = prepareBackwardWeights();
    }
    this.x.at(x);
    this.dy.at(dy);
    this.dw.at(dw);
    if (shape.bias()) {
      this.db.at(db);
    }
    run(backwardWeights);
    done(x, dy, dw, db);
  }

  private static void run(Step[] steps) {
    for (Step step : steps) {
      step.run();
    }
  }

  private Step[] prepareForward() {
    Operand chosen = chosen(w, forwardDescriptor.weights_desc());
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_WEIGHTS, chosen);
    operands.put(DNNL_ARG_DST, y);
    if (shape.bias()) {
      operands.put(DNNL_ARG_BIAS, b);
    }
    Step step = step(new convolution_forward(forwardDescriptor), forwardDescriptor, operands);
    return chosen.equals(w) ? new Step[] {step} : new Step[] {copy(w, chosen), step};
  }

  private Step[] prepareBackwardData() {
    convolution_backward_data.primitive_desc descriptor = keep(describeBackwardData());
    Operand chosen = chosen(w, descriptor.weights_desc());
    Step step =
        step(
            new convolution_backward_data(descriptor),
            descriptor,
            Map.of(DNNL_ARG_DIFF_DST, dy, DNNL_ARG_WEIGHTS, chosen, DNNL_ARG_DIFF_SRC, dx));
    return chosen.equals(w) ? new Step[] {step} : new Step[] {copy(w, chosen), step};
  }

  private Step[] prepareBackwardWeights() {
    convolution_backward_weights.primitive_desc descriptor = keep(describeBackwardWeights());
    Operand chosen = chosen(dw, descriptor.diff_weights_desc());
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_DIFF_DST, dy);
    operands.put(DNNL_ARG_DIFF_WEIGHTS, chosen);
    if (shape.bias()) {
      operands.put(DNNL_ARG_DIFF_BIAS, db);
    }
    Step step = step(new convolution_backward_weights(descriptor), descriptor, operands);
    return chosen.equals(dw) ? new Step[] {step} : new Step[] {step, copy(chosen, dw)};
  }

  /**
   * The operand itself if the primitive takes it as it is, else a buffer in the primitive's layout.
   */
  private Operand chosen(Operand plain, memory.desc layout) {
    keep(layout);
    return layout.equals(plain.layout()) ? plain : buffer(layout);
  }

  private convolution_forward.primitive_desc describeForward() {
    Window window = shape.window();
    return new convolution_forward.primitive_desc(
        engine(),
        prop_kind.forward_training,
        DIRECT,
        x.layout(),
        anyWeights,
        b.layout(),
        y.layout(),
        window.strides(),
        dilations(),
        window.padding(),
        window.padding(),
        attributes(),
        false);
  }

  private convolution_backward_data.primitive_desc describeBackwardData() {
    Window window = shape.window();
    return new convolution_backward_data.primitive_desc(
        engine(),
        DIRECT,
        dx.layout(),
        anyWeights,
        dy.layout(),
        window.strides(),
        dilations(),
        window.padding(),
        window.padding(),
        forwardDescriptor,
        attributes(),
        false);
  }

  private convolution_backward_weights.primitive_desc describeBackwardWeights() {
    Window window = shape.window();
    return new convolution_backward_weights.primitive_desc(
        engine(),
        DIRECT,
        x.layout(),
        anyWeights,
        db.layout(),
        dy.layout(),
        window.strides(),
        dilations(),
        window.padding(),
        window.padding(),
        forwardDescriptor,
        attributes(),
        false);
  }

  private long[] dilations() {
    return new long[] {shape.dilationH() - 1, shape.dilationW() - 1};
  }
}
