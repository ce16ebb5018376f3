package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.Window;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class SliceSumTest {
  private static final ConvolutionShape SHAPE =
      new ConvolutionShape(
          new Size(8, 8, 3),
          5,
          new Window(3, 3, 1, 1, 1, 1),
          1,
          1,
          ConvolutionShape.Kind.ALL_CHANNELS);

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @Test
  void aShareInAKnownLayoutIsWrittenInPlace() {
    try (Block result = new Block(Floats.bytes(SHAPE.weightCount()));
        SliceKernel kernel = new SliceKernel()) {
      SliceSum sum = new SliceSum(SHAPE, Element.F32, result);
      assertThat(sum.share(kernel, SHAPE.plain()).place()).isSameAs(sum.shares());
    }
  }

  @Test
  void aShareThatDoesNotFitIsWrittenElsewhereAndCopied() {
    try (Block result = new Block(Floats.bytes(SHAPE.weightCount()));
        SliceKernel kernel = new SliceKernel()) {
      SliceSum sum = new SliceSum(SHAPE, Element.F32, result);
      memory.desc large =
          kernel.own(
              new memory.desc(
                  SHAPE.weights(), memory.data_type.f32, new long[] {1 << 20, 9, 3, 1}));
      SliceKernel.Operand share = sum.share(kernel, large);
      assertThat(share.layout()).isEqualTo(large);
      assertThat(share.place()).isNotSameAs(sum.shares());
      assertThat(sum.share(kernel, SHAPE.plain()).place()).isSameAs(sum.shares());
    }
  }
}
