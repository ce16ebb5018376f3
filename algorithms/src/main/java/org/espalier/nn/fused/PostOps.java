package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** Operations that a primitive does to its result, one after the other, before it writes it. */
final class PostOps {
  private final SliceKernel kernel;
  private final post_ops operations;
  private final Map<Integer, SliceKernel.Operand> operands = new HashMap<>();

  /** None yet. */
  PostOps(SliceKernel kernel) {
    this.kernel = kernel;
    this.operations = kernel.own(new post_ops());
  }

  /** Adds an operand to the result. */
  PostOps plus(SliceKernel.Operand operand) {
    return then(algorithm.binary_add, operand);
  }

  /** Multiplies the result with an operand. */
  PostOps times(SliceKernel.Operand operand) {
    return then(algorithm.binary_mul, operand);
  }

  /** Does something with an operand to the result. */
  PostOps then(algorithm operation, SliceKernel.Operand operand) {
    int argument = (operations.len() + 1) * DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;
    operations.append_binary(operation, operand.layout());
    operands.put(argument, operand);
    return this;
  }

  /** Applies ReLU where that is wanted. */
  PostOps relu(boolean wanted) {
    if (wanted) {
      operations.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    }
    return this;
  }

  /** Applies ReLU, perhaps with a ceiling. */
  PostOps relu(Relu relu) {
    return relu.limited() ? within(0, relu.ceiling()) : relu(true);
  }

  /** Multiplies the result with a constant and adds another, rounded once. */
  PostOps linear(float factor, float offset) {
    operations.append_eltwise(algorithm.eltwise_linear, factor, offset);
    return this;
  }

  /** Adds what is in the place of the result, times a constant, rounded once. */
  PostOps plusResultTimes(float factor) {
    operations.append_sum(factor, 0, memory.data_type.undef);
    return this;
  }

  /** Limits the result. */
  PostOps within(float lowest, float highest) {
    operations.append_eltwise(algorithm.eltwise_clip, lowest, highest);
    return this;
  }

  /** Rounds the result, halves to the even neighbour. */
  PostOps rounded() {
    operations.append_eltwise(algorithm.eltwise_round, 0f, 0f);
    return this;
  }

  /** The settings of a primitive that does them. */
  primitive_attr settings() {
    return kernel.settings(operations);
  }

  /** What they read, by the names of the primitive's arguments. */
  Map<Integer, SliceKernel.Operand> operands() {
    return operands;
  }
}
