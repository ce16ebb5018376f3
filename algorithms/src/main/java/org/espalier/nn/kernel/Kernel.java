package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Primitives for one shape, and every native object that they need, freed together. */
public abstract class Kernel implements AutoCloseable {
  private final List<Pointer> owned = new ArrayList<>();
  private final primitive_attr attributes = newAttributes();

  private primitive_attr newAttributes() {
    primitive_attr settings = keep(new primitive_attr());
    settings.set_scratchpad_mode(scratchpad_mode.user);
    return settings;
  }

  /** Frees the native memory; the kernel must not run again. */
  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
  }

  /** The processor. */
  protected static engine engine() {
    return OneDnn.engine();
  }

  /** Remembers a native object to be freed with the kernel. */
  protected final <P extends Pointer> P keep(P pointer) {
    owned.add(pointer);
    return pointer;
  }

  /** Settings for every primitive: scratchpads come from the {@link Lane}. */
  protected final primitive_attr attributes() {
    return attributes;
  }

  /** The same with operations on the primitive's result. */
  protected final primitive_attr attributes(post_ops after) {
    primitive_attr settings = newAttributes();
    settings.set_post_ops(after);
    return settings;
  }

  /**
   * The way back through ReLU, told by its output.
   *
   * @param numbers the layout of the output and of both gradients
   */
  protected final eltwise_backward.primitive_desc rectifyBack(memory.desc numbers) {
    return elementsBack(numbers, algorithm.eltwise_relu_use_dst_for_bwd, 0);
  }

  /** The same where there is a ceiling. */
  protected final eltwise_backward.primitive_desc clipBack(memory.desc numbers, float ceiling) {
    return elementsBack(numbers, algorithm.eltwise_clip_v2_use_dst_for_bwd, ceiling);
  }

  private eltwise_backward.primitive_desc elementsBack(
      memory.desc numbers, algorithm operation, float ceiling) {
    eltwise_forward.primitive_desc hint =
        keep(
            new eltwise_forward.primitive_desc(
                engine(),
                prop_kind.forward_training,
                operation,
                numbers,
                numbers,
                0f,
                ceiling,
                attributes,
                false));
    return keep(
        new eltwise_backward.primitive_desc(
            engine(), operation, numbers, numbers, numbers, 0f, ceiling, hint, attributes, false));
  }

  /** Dense images, named [N, C, H, W] as oneDNN names them and laid out NHWC. */
  protected final memory.desc images(long batch, long channels, long height, long width) {
    return layout(memory.format_tag.nhwc, batch, channels, height, width);
  }

  /** A dense vector. */
  protected final memory.desc vector(long length) {
    return layout(memory.format_tag.a, length);
  }

  /** Of no numbers: where there is no bias. */
  protected final memory.desc nothing() {
    return keep(new memory.desc());
  }

  protected final memory.desc layout(memory.format_tag tag, long... dimensions) {
    return keep(new memory.desc(dimensions, memory.data_type.f32, tag));
  }

  /** An operand whose memory is said before each run. */
  final Operand operand(memory.desc layout) {
    return new Operand(layout, keep(new memory(layout, engine(), (Pointer) null)));
  }

  /** An operand with memory of its own. */
  final Operand buffer(memory.desc layout) {
    return new Operand(layout, keep(new memory(layout, engine())));
  }

  final Step step(
      primitive operation, primitive_desc_base descriptor, Map<Integer, Operand> operands) {
    IntMemoryMap arguments = keep(new IntMemoryMap());
    operands.forEach((name, operand) -> arguments.put(name, operand.place()));
    memory.desc layout = keep(descriptor.scratchpad_desc());
    memory scratchpad = keep(new memory(layout, engine(), (Pointer) null));
    if (layout.get_size() > 0) {
      arguments.put(DNNL_ARG_SCRATCHPAD, scratchpad);
    }
    return new Step(keep(operation), arguments, scratchpad, layout.get_size());
  }

  /** Copies one operand into another of the same shape and another layout. */
  final Step copy(Operand from, Operand to) {
    reorder.primitive_desc descriptor =
        keep(
            new reorder.primitive_desc(
                engine(), from.layout(), engine(), to.layout(), attributes, false));
    return step(new reorder(descriptor), descriptor, Map.of(DNNL_ARG_FROM, from, DNNL_ARG_TO, to));
  }

  /** Keeps arrays from being freed before this point: natively they are known by address only. */
  @SuppressWarnings("ReachabilityFenceUsage")
  static void done(INDArray... arrays) {
    Reference.reachabilityFence(arrays);
  }
}
