package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reduction;
import org.espalier.nn.fused.SliceKernel.Operand;

/** A number for each image of a batch: the smallest or the largest of its numbers, or their sum. */
final class ImageSummary {
  private final PerSlice images = new PerSlice(0, Floats.bytes(1));

  private ImageSummary() {}

  /**
   * Appends the summing up of a value to a phase.
   *
   * @param kind a reduction
   */
  static ImageSummary of(Trace trace, Value value, algorithm kind, int phase) {
    ImageSummary summary = new ImageSummary();
    trace.phase(phase).add(summary.images);
    trace.act(phase, List.of(value), List.of(), images -> summary.kernel(value, kind, images));
    return summary;
  }

  private SliceKernel kernel(Value value, algorithm kind, int count) {
    SliceKernel kernel = new SliceKernel();
    memory.desc rows = kernel.own(rows(count, value.size().numbers()));
    memory.desc column = kernel.own(rows(count, 1));
    reduction.primitive_desc descriptor =
        kernel.own(
            new reduction.primitive_desc(
                SliceKernel.processor(), kind, rows, column, 0f, 0f, kernel.settings(), false));
    kernel.add(
        new reduction(descriptor),
        descriptor,
        Map.of(DNNL_ARG_SRC, new Operand(rows, value), DNNL_ARG_DST, new Operand(column, images)));
    return kernel;
  }

  private static memory.desc rows(long rows, long columns) {
    return new memory.desc(new long[] {rows, columns}, Element.F32.type(), memory.format_tag.ab);
  }

  /** Folds the numbers of all images, in their order, when the phase is over. */
  double fold(double start, DoubleBinaryOperator operation) {
    double result = start;
    for (int slice = 0; slice < images.slices(); slice++) {
      for (float number : Floats.read(images.address(slice), images.images(slice))) {
        result = operation.applyAsDouble(result, number);
      }
    }
    return result;
  }
}
