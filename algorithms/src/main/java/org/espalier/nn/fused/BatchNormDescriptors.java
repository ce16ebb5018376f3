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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.ChannelTile;

/**
 * What oneDNN says of a normalisation of so many images with given statistics. Before each run the
 * numbers of the channels are copied to all pixels of a tile.
 */
final class BatchNormDescriptors extends SliceKernel {
  private record Copies(Place channels, Block tile) {}

  private final List<Copies> copies = new ArrayList<>();
  private final ChannelTile tile;
  private final memory.desc images;
  private final float eps;
  private final int flags;

  BatchNormDescriptors(Value x, int images, float eps, boolean relu) {
    this.tile = x.size().tile();
    this.images = tiled(x, images);
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
    operands.put(DNNL_ARG_SRC, tiles(x, images));
    operands.put(DNNL_ARG_SCALE, copied(normalization.scale()));
    operands.put(DNNL_ARG_SHIFT, copied(normalization.shift()));
    operands.put(DNNL_ARG_MEAN, copied(normalization.mean()));
    operands.put(DNNL_ARG_VARIANCE, copied(normalization.variance()));
    operands.put(DNNL_ARG_DST, tiles(y, images));
    return operands;
  }

  /** Images whose pixels are tiles. */
  Operand tiles(Value value, int images) {
    return new Operand(tiled(value, images), value);
  }

  private memory.desc tiled(Value value, int images) {
    return tile.wide()
        ? own(value.size().tiled(tile).layout(value.element(), images))
        : layout(value, images);
  }

  /** One number for each channel of a tile. */
  Operand perTile(Place place) {
    return perChannel(tile.width(), place);
  }

  /** One number for each channel, copied to all pixels of a tile. */
  Operand copied(Place place) {
    if (!tile.wide()) {
      return perTile(place);
    }
    Copies copy = new Copies(place, room(Floats.bytes(tile.width())));
    copies.add(copy);
    return perTile(copy.tile());
  }

  @Override
  void run(Cursor cursor) {
    for (Copies copy : copies) {
      Floats.repeat(
          copy.channels().address(cursor), tile.channels(), copy.tile().address(), tile.pixels());
    }
    super.run(cursor);
  }

  /** The operand that remembers where the ReLU let numbers through: a bit for each. */
  Operand workspace(batch_normalization_forward.primitive_desc descriptor, Value signs) {
    return new Operand(own(descriptor.workspace_desc()), signs);
  }
}
