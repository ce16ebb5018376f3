package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ShapeLayersTest {
  private static final InputType IMAGES = InputType.convolutional(4, 4, 3, CNN2DFormat.NHWC);

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shortcutTakesEverySecondPixelAndPadsChannels(DataType type) {
    LayerRun shortcut = new LayerRun(PaddedShortcut.builder(2, 1, 2).build(), type);
    INDArray x = Nd4j.arange(32).castTo(type).reshape(1, 4, 4, 2);
    INDArray y = shortcut.forward(x, true);
    assertThat(y.shape()).containsExactly(1, 2, 2, 5);
    assertThat(y.ravel().toDoubleVector())
        .containsExactly(0, 0, 1, 0, 0, 0, 4, 5, 0, 0, 0, 16, 17, 0, 0, 0, 20, 21, 0, 0);
    INDArray below = shortcut.backward(Nd4j.arange(1, 21).castTo(type).reshape(1, 2, 2, 5));
    assertThat(below.sumNumber().doubleValue()).isEqualTo(2 + 3 + 7 + 8 + 12 + 13 + 17 + 18);
    assertThat(below.getDouble(0, 2, 2, 1)).isEqualTo(18);
    assertThat(below.getDouble(0, 1, 0, 0)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void maskKeepsWhatIsKept(DataType type) {
    LayerRun mask = new LayerRun(new ChannelMask(4, 3, 1), type);
    INDArray ones = Nd4j.ones(type, 1, 1, 2, 4);
    assertThat(mask.forward(ones, true).ravel().toDoubleVector())
        .containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
    assertThat(mask.backward(ones).ravel().toDoubleVector())
        .containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
    assertThat(ones.sumNumber().doubleValue()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void scatterPutsChannelsInTheirPlaces(DataType type) {
    LayerRun scatter = new LayerRun(new ChannelScatter(4, 3, 1), type);
    INDArray x = Nd4j.createFromArray(5.0, 6.0, 7.0, 8.0).castTo(type).reshape(1, 1, 2, 2);
    assertThat(scatter.forward(x, true).ravel().toDoubleVector())
        .containsExactly(0, 6, 0, 5, 0, 8, 0, 7);
    INDArray epsilon = Nd4j.arange(8).castTo(type).reshape(1, 1, 2, 4);
    assertThat(scatter.backward(epsilon).ravel().toDoubleVector()).containsExactly(3, 1, 7, 5);
  }

  @Test
  void shapesFollowTheInput() {
    assertThat(PaddedShortcut.builder(2, 1, 2).build().getOutputType(0, IMAGES))
        .isEqualTo(InputType.convolutional(2, 2, 6, CNN2DFormat.NHWC));
    assertThat(new ChannelScatter(7, 0, 1, 2).getOutputType(0, IMAGES))
        .isEqualTo(InputType.convolutional(4, 4, 7, CNN2DFormat.NHWC));
    assertThat(GlobalAveragePooling.builder().build().getOutputType(0, IMAGES))
        .isEqualTo(InputType.feedForward(3));
    assertThat(Pooling.max(3, 3).stride(2).padding(1).build().getOutputType(0, IMAGES))
        .isEqualTo(InputType.convolutional(2, 2, 3, CNN2DFormat.NHWC));
  }

  @Test
  void wrongShapesAndSettingsAreRefused() {
    assertRefused(
        () -> new ChannelMask(3, 3), "Cannot choose channels: a channel must be from 0 to 2 (3)");
    assertRefused(
        () -> new ChannelMask(3, 1, 1), "Cannot choose channels: a channel comes twice (1)");
    assertRefused(
        () -> new ChannelScatter(0), "Cannot choose channels: width must be at least 1 (0)");
    assertRefused(
        () -> PaddedShortcut.builder(0, 1, 1),
        "Cannot build a shortcut: stride must be at least 1 (0)");
    assertRefused(
        () -> PaddedShortcut.builder(1, -1, 1),
        "Cannot build a shortcut: zero channels must not be negative (-1, 1)");
    assertRefused(
        () -> Convolution.builder(3, 3).stride(0), "Cannot set stride: it must be at least 1 (0)");
    assertRefused(
        () -> Pooling.max(2, 2).stride(1, 2, 3),
        "Cannot set stride: one or two numbers are allowed (3)");
    assertRefused(
        () -> new ChannelMask(4, 1).getOutputType(0, IMAGES),
        "Cannot build layer null: it takes 4 channels (3)");
    assertRefused(
        () ->
            GlobalAveragePooling.builder()
                .name("pool")
                .build()
                .getOutputType(0, InputType.convolutional(4, 4, 3, CNN2DFormat.NCHW)),
        "Cannot build layer pool: it takes NHWC images (NCHW)");
    assertRefused(
        () -> new ResidualSum(true).getOutputType(0, IMAGES, InputType.feedForward(3)),
        "Cannot build a residual sum: its inputs must have one shape (["
            + IMAGES
            + ", "
            + InputType.feedForward(3)
            + "])");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
