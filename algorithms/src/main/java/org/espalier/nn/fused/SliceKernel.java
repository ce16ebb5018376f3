package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;
import org.espalier.nn.kernel.Kernel;
import org.espalier.nn.kernel.Lane;

/** Primitives for slices of one number of images, run by one lane. */
class SliceKernel extends Kernel {
  /** What a primitive reads or writes. */
  record Operand(memory.desc layout, Place place) {}

  /** An operand and where it was last. */
  private static final class Bound {
    private final memory data;
    private final Place place;
    private long last;

    Bound(memory data, Place place) {
      this.data = data;
      this.place = place;
    }
  }

  private record Step(
      primitive operation, IntMemoryMap arguments, memory scratchpad, long scratchpadBytes) {}

  private final List<Bound> operands = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Block> rooms = new ArrayList<>();
  private final Address address = Address.movable();

  /** Runs the primitives in the order in which they were added. */
  void run(Cursor cursor) {
    for (Bound operand : operands) {
      long next = operand.place.address(cursor);
      if (next != operand.last) {
        operand.data.set_data_handle(address.to(next));
        operand.last = next;
      }
    }
    Lane lane = Lane.current();
    for (Step step : steps) {
      if (step.scratchpadBytes() > 0) {
        step.scratchpad().set_data_handle(lane.scratchpad(step.scratchpadBytes()));
      }
      step.operation().execute(lane.stream(), step.arguments());
    }
  }

  final primitive_attr settings() {
    return attributes();
  }

  final primitive_attr settings(post_ops after) {
    return attributes(after);
  }

  final <P extends Pointer> P own(P pointer) {
    return keep(pointer);
  }

  static engine processor() {
    return engine();
  }

  final memory.desc layout(Value value, int images) {
    return keep(value.layout(images));
  }

  final Operand operand(Value value, int images) {
    return new Operand(layout(value, images), value);
  }

  /** A value as a row of numbers, for what treats all numbers alike. */
  final Operand numbers(Value value, int images) {
    long count = images * value.imageBytes() / value.element().bytes();
    return new Operand(keep(Sums.numbers(count, value.element())), value);
  }

  /** One number for each of so many channels. */
  final Operand perChannel(int count, Place place) {
    return new Operand(vector(count), place);
  }

  /** Memory of the kernel's own. */
  final Block room(long bytes) {
    Block block = new Block(bytes);
    rooms.add(block);
    return block;
  }

  @Override
  public void close() {
    rooms.forEach(Block::close);
    super.close();
  }

  /** Appends a primitive. */
  final void add(primitive operation, primitive_desc_base descriptor, Map<Integer, Operand> given) {
    IntMemoryMap arguments = keep(new IntMemoryMap());
    given.forEach(
        (name, operand) -> {
          memory place = keep(new memory(operand.layout(), engine(), (Pointer) null));
          operands.add(new Bound(place, operand.place()));
          arguments.put(name, place);
        });
    memory.desc layout = keep(descriptor.scratchpad_desc());
    memory scratchpad = keep(new memory(layout, engine(), (Pointer) null));
    long bytes = layout.get_size();
    if (bytes > 0) {
      arguments.put(DNNL_ARG_SCRATCHPAD, scratchpad);
    }
    steps.add(new Step(keep(operation), arguments, scratchpad, bytes));
  }

  /** Appends an operation on two operands, and what is then done to the result. */
  final void addBinary(
      algorithm operation, Operand left, Operand right, Operand result, PostOps after) {
    binary.primitive_desc descriptor =
        keep(
            new binary.primitive_desc(
                engine(),
                operation,
                left.layout(),
                right.layout(),
                result.layout(),
                after.settings(),
                false));
    Map<Integer, Operand> operands = new HashMap<>(after.operands());
    operands.put(DNNL_ARG_SRC_0, left);
    operands.put(DNNL_ARG_SRC_1, right);
    operands.put(DNNL_ARG_DST, result);
    add(new binary(descriptor), descriptor, operands);
  }

  /** Appends the way back through ReLU, told by its output. */
  final void addRectifyBack(Relu relu, Operand output, Operand gradient, Operand result) {
    eltwise_backward.primitive_desc descriptor =
        relu.limited() ? clipBack(output.layout(), relu.ceiling()) : rectifyBack(output.layout());
    add(
        new eltwise_backward(descriptor),
        descriptor,
        Map.of(DNNL_ARG_DST, output, DNNL_ARG_DIFF_DST, gradient, DNNL_ARG_DIFF_SRC, result));
  }

  /** Appends a copy from one layout or element type to another. */
  final void addCopy(Operand from, Operand to) {
    reorder.primitive_desc descriptor =
        keep(
            new reorder.primitive_desc(
                engine(), from.layout(), engine(), to.layout(), attributes(), false));
    add(new reorder(descriptor), descriptor, Map.of(DNNL_ARG_FROM, from, DNNL_ARG_TO, to));
  }
}
