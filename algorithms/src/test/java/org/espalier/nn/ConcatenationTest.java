package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Test;

class ConcatenationTest {
  private static InputType images(int height, int channels) {
    return InputType.convolutional(height, 4, channels, CNN2DFormat.NHWC);
  }

  @Test
  void channelsAddUp() {
    assertThat(new Concatenation().getOutputType(0, images(3, 2), images(3, 5), images(3, 1)))
        .isEqualTo(images(3, 8));
  }

  @Test
  void aCloneKeepsTheAxis() {
    assertThat(new Concatenation().clone().getMergeAxis()).isEqualTo(3);
  }

  @Test
  void refusesMapsThatDoNotFit() {
    assertThatThrownBy(() -> new Concatenation().getOutputType(0, images(3, 2), images(5, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot build a concatenation: its inputs must have one height and width (");
    assertThatThrownBy(
            () ->
                new Concatenation()
                    .getOutputType(
                        0, images(3, 2), InputType.convolutional(3, 4, 2, CNN2DFormat.NCHW)))
        .hasMessage("Cannot build layer (a concatenation): it takes NHWC images (NCHW)");
  }
}
