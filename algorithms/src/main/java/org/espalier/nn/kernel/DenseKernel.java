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
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Product of vectors [batch, in] with weights whose memory is [out, in] in 'c' order.
 *
 * <p>That is Deeplearning4j's [in, out] in 'f' order, so that weights and their gradient stay where
 * they are.
 */
public final class DenseKernel extends Kernel {
  /** A fully connected layer's sizes. */
  public record Shape(long batch, long in, long out, boolean bias) {}

  private final Shape shape;
  private final inner_product_forward.primitive_desc forwardDescriptor;
  private final Operand x;
  private final Operand w;
  private final Operand b;
  private final Operand y;
  private final Operand dx;
  private final Operand dy;
  private final Operand dw;
  private final Operand db;
  private final Step forward;
  private Step backwardData;
  private Step backwardWeights;

  /** Prepares the forward pass; the backward passes are prepared when they are first needed. */
  public DenseKernel(Shape shape) {
    this.shape = shape;
    memory.desc inputs = layout(memory.format_tag.ab, shape.batch(), shape.in());
    memory.desc results = layout(memory.format_tag.ab, shape.batch(), shape.out());
    memory.desc weights = layout(memory.format_tag.ab, shape.out(), shape.in());
    memory.desc bias = vector(shape.out());
    x = operand(inputs);
    y = operand(results);
    w = operand(weights);
    b = operand(bias);
    dx = operand(inputs);
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
    forward.run();
    done(x, w, b, y);
  }

  /** The gradient at the input. */
  public void backwardData(INDArray dy, INDArray w, INDArray dx) {
    if (backwardData == null) {
      backwardData = prepareBackwardData();
    }
    this.dy.at(dy);
    this.w.at(w);
    this.dx.at(dx);
    backwardData.run();
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
    backwardWeights.run();
    done(x, dy, dw, db);
  }

  private Step prepareForward() {
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_WEIGHTS, w);
    operands.put(DNNL_ARG_DST, y);
    if (shape.bias()) {
      operands.put(DNNL_ARG_BIAS, b);
    }
    return step(new inner_product_forward(forwardDescriptor), forwardDescriptor, operands);
  }

  private Step prepareBackwardData() {
    inner_product_backward_data.primitive_desc descriptor =
        keep(
            new inner_product_backward_data.primitive_desc(
                engine(),
                dx.layout(),
                w.layout(),
                dy.layout(),
                forwardDescriptor,
                attributes(),
                false));
    return step(
        new inner_product_backward_data(descriptor),
        descriptor,
        Map.of(DNNL_ARG_DIFF_DST, dy, DNNL_ARG_WEIGHTS, w, DNNL_ARG_DIFF_SRC, dx));
  }

  private Step prepareBackwardWeights() {
    inner_product_backward_weights.primitive_desc descriptor = keep(describeBackwardWeights());
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_DIFF_DST, dy);
    operands.put(DNNL_ARG_DIFF_WEIGHTS, dw);
    if (shape.bias()) {
      operands.put(DNNL_ARG_DIFF_BIAS, db);
    }
    return step(new inner_product_backward_weights(descriptor), descriptor, operands);
  }

  private inner_product_forward.primitive_desc describeForward() {
    return shape.bias()
        ? new inner_product_forward.primitive_desc(
            engine(),
            prop_kind.forward_training,
            x.layout(),
            w.layout(),
            b.layout(),
            y.layout(),
            attributes(),
            false)
        : new inner_product_forward.primitive_desc(
            engine(),
            prop_kind.forward_training,
            x.layout(),
            w.layout(),
            y.layout(),
            attributes(),
            false);
  }

  private inner_product_backward_weights.primitive_desc describeBackwardWeights() {
    return shape.bias()
        ? new inner_product_backward_weights.primitive_desc(
            engine(),
            x.layout(),
            dw.layout(),
            db.layout(),
            dy.layout(),
            forwardDescriptor,
            attributes(),
            false)
        : new inner_product_backward_weights.primitive_desc(
            engine(), x.layout(), dw.layout(), dy.layout(), forwardDescriptor, attributes(), false);
  }
}
