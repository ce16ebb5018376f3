package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of two arrays of one length, with or without ReLU, and the way back through them. */
public final class SumKernel extends Kernel {
  private final Operand first;
  private final Operand second;
  private final Operand result;
  private final Operand gradient;
  private final Step sum;
  private final Step rectifiedSum;
  private final Step rectifyBack;
  private final Step copy;

  /** Prepares sums of so many numbers. */
  public SumKernel(long length) {
    first = operand(vector(length));
    second = operand(first.layout());
    result = operand(first.layout());
    gradient = operand(first.layout());
    sum = prepareSum(attributes());
    rectifiedSum = prepareSum(withRelu());
    rectifyBack = prepareRectifyBack();
    copy = copy(gradient, result);
  }

  /** result = first + second; result may be one of them. */
  public void add(INDArray first, INDArray second, INDArray result) {
    run(sum, first, second, result);
  }

  /** result = max(first + second, 0); result may be one of them. */
  public void addRectified(INDArray first, INDArray second, INDArray result) {
    run(rectifiedSum, first, second, result);
  }

  /** result = gradient where output is above zero, else 0. */
  public void rectifyBack(INDArray gradient, INDArray output, INDArray result) {
    this.gradient.at(gradient);
    this.first.at(output);
    this.result.at(result);
    rectifyBack.run();
    done(gradient, output, result);
  }

  /** result = gradient. */
  public void copy(INDArray gradient, INDArray result) {
    this.gradient.at(gradient);
    this.result.at(result);
    copy.run();
    done(gradient, result);
  }

  private void run(Step step, INDArray first, INDArray second, INDArray result) {
    this.first.at(first);
    this.second.at(second);
    this.result.at(result);
    step.run();
    done(first, second, result);
  }

  private Step prepareSum(primitive_attr attributes) {
    binary.primitive_desc descriptor =
        keep(
            new binary.primitive_desc(
                engine(),
                algorithm.binary_add,
                first.layout(),
                second.layout(),
                result.layout(),
                attributes,
                false));
    return step(
        new binary(descriptor),
        descriptor,
        Map.of(DNNL_ARG_SRC_0, first, DNNL_ARG_SRC_1, second, DNNL_ARG_DST, result));
  }

  private primitive_attr withRelu() {
    post_ops after = keep(new post_ops());
    after.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    return attributes(after);
  }

  private Step prepareRectifyBack() {
    eltwise_backward.primitive_desc descriptor = rectifyBack(first.layout());
    return step(
        new eltwise_backward(descriptor),
        descriptor,
        Map.of(DNNL_ARG_DST, first, DNNL_ARG_DIFF_DST, gradient, DNNL_ARG_DIFF_SRC, result));
  }
}
