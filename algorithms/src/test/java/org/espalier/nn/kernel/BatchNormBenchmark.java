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

/** How long batch normalisation with ReLU in a ResNet for CIFAR takes in training, pass by pass. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchNormBenchmark {
  private static final float EPS = 1e-5f;

  /** Which feature maps. */
  @Param public CifarShape shape;

  /** Images a step. */
  @Param("128")
  public int batch;

  private BatchNormKernel kernel;
  private INDArray x;
  private INDArray y;
  private INDArray dx;
  private INDArray dy;
  private INDArray gamma;
  private INDArray beta;
  private INDArray mean;
  private INDArray variance;
  private INDArray dgamma;
  private INDArray dbeta;

  /** Makes the operands, and takes the forward step that a backward one needs. */
  @Setup
  public void setUp() {
    x = shape.images(batch, 1);
    dy = shape.images(batch, 2);
    y = Nd4j.create(DataType.FLOAT, x.shape());
    dx = Nd4j.create(DataType.FLOAT, x.shape());
    gamma = Nd4j.ones(DataType.FLOAT, shape.channels);
    beta = Nd4j.zeros(DataType.FLOAT, shape.channels);
    mean = Nd4j.zeros(DataType.FLOAT, shape.channels);
    variance = Nd4j.zeros(DataType.FLOAT, shape.channels);
    dgamma = Nd4j.zeros(DataType.FLOAT, shape.channels);
    dbeta = Nd4j.zeros(DataType.FLOAT, shape.channels);
    kernel =
        new BatchNormKernel(
            new BatchNormKernel.Shape(batch, shape.side, shape.side, shape.channels, EPS, true));
    forward();
  }

  /** Frees the primitives. */
  @TearDown
  public void tearDown() {
    kernel.close();
  }

  /** Statistics of the batch, normalisation, ReLU. */
  @Benchmark
  public void forward() {
    kernel.train(x, gamma, beta, mean, variance, y);
  }

  /** All gradients. */
  @Benchmark
  public void backward() {
    kernel.backward(x, gamma, mean, variance, dy, dx, dgamma, dbeta);
  }
}
