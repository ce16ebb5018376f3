package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers on oneDNN in float32 against the same layers on the stock path in double precision. */
class ParityTest {
  private static final double TOLERANCE = 2e-5;

  @Property(tries = 30, seed = "1")
  void convolution(
      @ForAll("images") long[] shape,
      @ForAll @IntRange(min = 1, max = 20) int out,
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(max = 1) int padding,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll boolean bias) {
    compare(
        Convolution.builder(kernel, kernel)
            .nIn(shape[3])
            .nOut(out)
            .stride(stride)
            .padding(padding)
            .dilation(dilation)
            .hasBias(bias)
            .build(),
        shape);
  }

  @Property(tries = 16, seed = "1")
  void batchNormOfImages(@ForAll("images") long[] shape, @ForAll boolean relu) {
    compare(BatchNorm.builder().nIn(shape[3]).nOut(shape[3]).relu(relu).build(), shape);
  }

  @Property(tries = 16, seed = "1")
  void batchNormOfTiles(
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 3) int size,
      @ForAll @IntRange(min = 1, max = 40) int channels,
      @ForAll boolean relu) {
    compare(
        BatchNorm.builder().nIn(channels).nOut(channels).relu(relu).build(),
        batch,
        4L * size,
        4L * size,
        channels);
  }

  @Property(tries = 10, seed = "1")
  void batchNormOfVectors(
      @ForAll @IntRange(min = 4, max = 20) int batch,
      @ForAll @IntRange(min = 1, max = 40) int features,
      @ForAll boolean relu) {
    compare(BatchNorm.builder().nIn(features).nOut(features).relu(relu).build(), batch, features);
  }

  @Property(tries = 16, seed = "1")
  void pooling(
      @ForAll("images") long[] shape,
      @ForAll @IntRange(min = 2, max = 3) int window,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(max = 1) int padding,
      @ForAll boolean maximum) {
    Pooling.Builder builder =
        maximum ? Pooling.max(window, window) : Pooling.average(window, window);
    compare(builder.stride(stride).padding(padding).build(), shape);
  }

  @Property(tries = 10, seed = "1")
  void globalAveragePooling(@ForAll("images") long[] shape) {
    compare(GlobalAveragePooling.builder().build(), shape);
  }

  @Property(tries = 16, seed = "1")
  void paddedShortcut(
      @ForAll("images") long[] shape,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(max = 5) int before,
      @ForAll @IntRange(max = 5) int after) {
    compare(PaddedShortcut.builder(stride, before, after).build(), shape);
  }

  @Property(tries = 16, seed = "1")
  void dense(
      @ForAll @IntRange(min = 1, max = 20) int batch,
      @ForAll @IntRange(min = 1, max = 40) int in,
      @ForAll @IntRange(min = 1, max = 40) int out,
      @ForAll("activations") Activation activation,
      @ForAll boolean bias) {
    compare(
        Dense.builder().nIn(in).nOut(out).activation(activation).hasBias(bias).build(), batch, in);
  }

  @Property(tries = 10, seed = "1")
  void output(
      @ForAll @IntRange(min = 1, max = 20) int batch,
      @ForAll @IntRange(min = 1, max = 40) int in,
      @ForAll @IntRange(min = 2, max = 40) int classes,
      @ForAll boolean bias) {
    compare(Output.builder().nIn(in).nOut(classes).hasBias(bias).build(), batch, in);
  }

  @Provide
  Arbitrary<Activation> activations() {
    return Arbitraries.of(
        Activation.IDENTITY, Activation.RELU, Activation.TANH, Activation.SOFTMAX);
  }

  @Provide
  Arbitrary<long[]> images() {
    Arbitrary<Long> batch = Arbitraries.longs().between(1, 5);
    Arbitrary<Long> pixels = Arbitraries.longs().between(5, 12);
    Arbitrary<Long> channels = Arbitraries.longs().between(1, 20);
    return Combinators.combine(batch, pixels, pixels, channels)
        .as((n, h, w, c) -> new long[] {n, h, w, c});
  }

  /** Three passes over two batch sizes, so that changes of shape and stale state are met too. */
  private static void compare(Layer configuration, long... shape) {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
    LayerRun exact = new LayerRun(configuration, DataType.DOUBLE);
    LayerRun fast = new LayerRun(configuration, DataType.FLOAT);
    long[] larger = shape.clone();
    larger[0] += 2;
    for (long[] sizes : new long[][] {shape, larger, shape}) {
      // Distinct, well separated values: a maximum in float and in double is then the same element.
      INDArray x = Graphs.normal(DataType.FLOAT, sizes[0], sizes).castTo(DataType.DOUBLE);
      INDArray expected = exact.forward(x, false);
      assertClose("inference", fast.forward(x, false), expected);
      expected = exact.forward(x, true);
      assertClose("training", fast.forward(x, true), expected);
      label(exact, expected.shape());
      label(fast, expected.shape());
      INDArray epsilon = Graphs.normal(DataType.FLOAT, 5, expected.shape()).castTo(DataType.DOUBLE);
      assertClose("gradient at the input", fast.backward(epsilon), exact.backward(epsilon));
      if (exact.gradients() != null) {
        assertClose("gradient of parameters", fast.gradients(), exact.gradients());
      }
    }
  }

  /** Gives an output layer the labels for its loss. */
  private static void label(LayerRun run, long[] shape) {
    if (run.layer() instanceof IOutputLayer output) {
      INDArray labels = Nd4j.zeros(run.type(), shape);
      for (long i = 0; i < shape[0]; i++) {
        labels.putScalar(i, i % shape[1], 1);
      }
      output.setLabels(labels);
    }
  }

  private static void assertClose(String what, INDArray actual, INDArray expected) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double scale = Math.max(1, expected.amaxNumber().doubleValue());
    double distance = actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue();
    assertThat(distance / scale).as(what).isLessThan(TOLERANCE);
  }
}
