package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Maximum or average over windows of NHWC images. Padding never wins and does not count. */
public final class PoolingKernel extends Kernel {
  private static final long[] UNDILATED = {0, 0};

  /** A pooling's sizes. */
  public record Shape(
      long batch, long height, long width, long channels, Window window, boolean maximum) {
    /** Rows of the output. */
    public long outHeight() {
      return window.outHeight(height, 1);
    }

    /** Columns of the output. */
    public long outWidth() {
      return window.outWidth(width, 1);
    }
  }

  private final Shape shape;
  private final Operand x;
  private final Operand y;
  private final Operand dx;
  private final Operand dy;
  private Step inference;
  private Step training;
  private Step backward;

  /** Prepares the operands; each pass is prepared when it is first needed. */
  public PoolingKernel(Shape shape) {
    this.shape = shape;
    x = operand(images(shape.batch(), shape.channels(), shape.height(), shape.width()));
    y = operand(images(shape.batch(), shape.channels(), shape.outHeight(), shape.outWidth()));
    dx = operand(x.layout());
    dy = operand(y.layout());
  }

  /** Pools without a way back. */
  public void infer(INDArray x, INDArray y) {
    if (inference == null) {
      pooling_forward.primitive_desc descriptor = describe(prop_kind.forward_inference);
      inference =
          step(
              new pooling_forward(descriptor),
              descriptor,
              Map.of(DNNL_ARG_SRC, this.x, DNNL_ARG_DST, this.y));
    }
    run(inference, x, y);
  }

  /** Pools and remembers where each maximum was. */
  public void train(INDArray x, INDArray y) {
    if (training == null) {
      prepareTraining();
    }
    run(training, x, y);
  }

  /** The gradient at the images for the last {@link #train}. */
  public void backward(INDArray dy, INDArray dx) {
    if (backward == null) {
      throw new IllegalStateException("Cannot run pooling backward: no training pass came before");
    }
    this.dy.at(dy);
    this.dx.at(dx);
    backward.run();
    done(dy, dx);
  }

  private void run(Step step, INDArray x, INDArray y) {
    this.x.at(x);
    this.y.at(y);
    step.run();
    done(x, y);
  }

  private void prepareTraining() {
    pooling_forward.primitive_desc descriptor = describe(prop_kind.forward_training);
    Map<Integer, Operand> forwardOperands = new HashMap<>(Map.of(DNNL_ARG_SRC, x, DNNL_ARG_DST, y));
    Map<Integer, Operand> backwardOperands =
        new HashMap<>(Map.of(DNNL_ARG_DIFF_DST, dy, DNNL_ARG_DIFF_SRC, dx));
    if (shape.maximum()) {
      Operand winners = buffer(keep(descriptor.workspace_desc()));
      forwardOperands.put(DNNL_ARG_WORKSPACE, winners);
      backwardOperands.put(DNNL_ARG_WORKSPACE, winners);
    }
    training = step(new pooling_forward(descriptor), descriptor, forwardOperands);
    Window window = shape.window();
    pooling_backward.primitive_desc backwardDescriptor =
        keep(
            new pooling_backward.primitive_desc(
                engine(),
                algorithm(),
                dx.layout(),
                dy.layout(),
                window.strides(),
                window.size(),
                UNDILATED,
                window.padding(),
                window.padding(),
                descriptor,
                attributes(),
                false));
    backward = step(new pooling_backward(backwardDescriptor), backwardDescriptor, backwardOperands);
  }

  private pooling_forward.primitive_desc describe(prop_kind kind) {
    Window window = shape.window();
    return keep(
        new pooling_forward.primitive_desc(
            engine(),
            kind,
            algorithm(),
            x.layout(),
            y.layout(),
            window.strides(),
            window.size(),
            UNDILATED,
            window.padding(),
            window.padding(),
            attributes(),
            false));
  }

  private algorithm algorithm() {
    return shape.maximum() ? algorithm.pooling_max : algorithm.pooling_avg_exclude_padding;
  }
}
