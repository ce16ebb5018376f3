package org.espalier.nn.kernel;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long a 3x3 convolution of a ResNet for CIFAR takes, pass by pass. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConvolutionBenchmark {
  /** Which feature maps. */
  @Param public CifarShape shape;

  /** Images a step. */
  @Param("128")
  public int batch;

  private ConvolutionKernel kernel;
  private INDArray x;
  private INDArray w;
  private INDArray y;
  private INDArray dx;
  private INDArray dy;
  private INDArray dw;

  /** Makes the operands. */
  @Setup
  public void setUp() {
    Window window = new Window(3, 3, 1, 1, 1, 1);
    int channels = shape.channels;
    x = shape.images(batch, 1);
    dy = shape.images(batch, 2);
    y = Nd4j.create(DataType.FLOAT, x.shape());
    dx = Nd4j.create(DataType.FLOAT, x.shape());
    w = CifarShape.normal(3, channels, channels, 3, 3);
    dw = Nd4j.create(DataType.FLOAT, w.shape());
    kernel =
        new ConvolutionKernel(
            new ConvolutionKernel.Shape(
                batch, shape.side, shape.side, channels, channels, window, 1, 1, false));
  }

  /** Frees the primitives. */
  @TearDown
  public void tearDown() {
    kernel.close();
  }

  /** The images through the weights. */
  @Benchmark
  public void forward() {
    kernel.forward(x, w, null, y);
  }

  /** The gradient at the images. */
  @Benchmark
  public void backwardData() {
    kernel.backwardData(dy, w, dx);
  }

  /** The gradient at the weights. */
  @Benchmark
  public void backwardWeights() {
    kernel.backwardWeights(x, dy, dw, null);
  }
}
