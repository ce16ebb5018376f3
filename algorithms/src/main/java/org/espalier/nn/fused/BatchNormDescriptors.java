package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.memory;

/** What oneDNN says of a normalisation of so many images with given statistics. */
final class BatchNormDescriptors extends SliceKernel {
  private final memory.desc images;
  private final int channels;
  private final float eps;
  private final int flags;

  BatchNormDescriptors(Value x, int images, float eps, boolean relu) {
    this.images = layout(x, images);
    this.channels = x.size().channels();
    this.eps = eps;
    this.flags =
        dnnl_use_global_stats | dnnl_use_scale | dnnl_use_shift | (relu ? dnnl_fuse_norm_relu : 0);
  }

  batch_normalization_forward.primitive_desc inference() {
    return forward(dnnl_forward_inference);
  }

  batch_normalization_forward.primitive_desc training() {
    return forward(dnnl_forward_training);
  }

  private batch_normalization_forward.primitive_desc forward(int kind) {
    return own(
        new batch_normalization_forward.primitive_desc(
            processor(), kind, images, images, eps, flags, settings(), false));
  }

  batch_normalization_backward.primitive_desc backward(
      batch_normalization_forward.primitive_desc forward) {
    return own(
        new batch_normalization_backward.primitive_desc(
            processor(),
            dnnl_backward,
            images,
            images,
            images,
            eps,
            flags,
            forward,
            settings(),
            false));
  }

  Map<Integer, Operand> forwardOperands(Value x, Normalization normalization, Value y, int images) {
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, operand(x, images));
    operands.put(DNNL_ARG_SCALE, perChannel(channels, normalization.scale()));
    operands.put(DNNL_ARG_SHIFT, perChannel(channels, normalization.shift()));
    operands.put(DNNL_ARG_MEAN, perChannel(channels, normalization.mean()));
    operands.put(DNNL_ARG_VARIANCE, perChannel(channels, normalization.variance()));
    operands.put(DNNL_ARG_DST, operand(y, images));
    return operands;
  }

  /** The operand that remembers where the ReLU let numbers through: a bit for each. */
  Operand workspace(batch_normalization_forward.primitive_desc descriptor, Value signs) {
    return new Operand(own(descriptor.workspace_desc()), signs);
  }
}
