package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

class RobustnessTest {
  @Test
  void networksTrainedAtOnceEndAsNetworksTrainedInTurn() throws Exception {
    List<Callable<INDArray>> jobs = List.of(() -> train(1), () -> train(2), () -> train(3));
    List<INDArray> inTurn = new ArrayList<>();
    for (Callable<INDArray> job : jobs) {
      inTurn.add(job.call());
    }
    ExecutorService threads = Executors.newFixedThreadPool(jobs.size());
    List<Future<INDArray>> atOnce = threads.invokeAll(jobs);
    threads.shutdown();
    for (int i = 0; i < jobs.size(); i++) {
      assertThat(atOnce.get(i).get()).isEqualTo(inTurn.get(i));
    }
  }

  private static INDArray train(long seed) {
    ComputationGraph network = network();
    for (int i = 0; i < 15; i++) {
      int batch = i % 3 == 0 ? 5 : 8;
      network.fit(Graphs.data(DataType.FLOAT, seed * 100 + i, batch, 9, 9, 3));
    }
    return network.params().dup();
  }

  @Test
  void memoryStopsGrowing() {
    ComputationGraph network = network();
    trainOnManyBatchSizes(network, 60);
    long outsideHeap = outsideHeap();
    long objects = Pointer.totalCount();
    trainOnManyBatchSizes(network, 150);
    assertThat(outsideHeap() - outsideHeap).isLessThan(64L << 20);
    assertThat(Pointer.totalCount()).isLessThan(objects + objects / 5);
  }

  /**
   * More batch sizes than kernels are kept for, so that kernels are built and freed all the time.
   */
  private static void trainOnManyBatchSizes(ComputationGraph network, int steps) {
    for (int i = 0; i < steps; i++) {
      network.fit(Graphs.data(DataType.FLOAT, i, 1 + i % 6, 9, 9, 3));
    }
    collectGarbage();
  }

  /** Waits until no more native objects are freed, which threads of their own do after a gc. */
  private static void collectGarbage() {
    long before;
    do {
      before = Pointer.totalCount();
      System.gc();
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    } while (Pointer.totalCount() < before);
  }

  private static long outsideHeap() {
    return Pointer.physicalBytes()
        - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
  }

  @Test
  void inputsMayBeViewsOfAnyOrder() {
    ComputationGraph network = network();
    INDArray whole = Graphs.normal(DataType.FLOAT, 1, 10, 3, 9, 9);
    INDArray view =
        whole
            .get(
                NDArrayIndex.interval(2, 8),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.all())
            .permute(0, 2, 3, 1);
    assertThat(network.outputSingle(view)).isEqualTo(network.outputSingle(view.dup('c')));
    assertThat(network.outputSingle(view)).isEqualTo(network.outputSingle(view.dup('f')));
  }

  @Test
  void outputsDoNotDependOnTheBatch() {
    ComputationGraph network = network();
    network.fit(Graphs.data(DataType.FLOAT, 1, 8, 9, 9, 3));
    INDArray images = Graphs.normal(DataType.FLOAT, 1, 6, 9, 9, 3);
    INDArray together = network.outputSingle(images);
    for (int i = 0; i < 6; i++) {
      INDArray alone =
          network.outputSingle(
              images.get(
                  NDArrayIndex.interval(i, i + 1),
                  NDArrayIndex.all(),
                  NDArrayIndex.all(),
                  NDArrayIndex.all()));
      assertThat(alone.ravel().equalsWithEps(together.getRow(i), 1e-6)).isTrue();
    }
  }

  @Test
  void transferLearningKeepsLayersAndParameters() {
    ComputationGraph network = network();
    network.fit(Graphs.data(DataType.FLOAT, 1, 8, 9, 9, 3));
    ComputationGraph wider =
        new TransferLearning.GraphBuilder(network)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.01)).build())
            .removeVertexAndConnections("output")
            .addLayer("classes", Output.builder().nIn(5).nOut(7).build(), "bn3")
            .setOutputs("classes")
            .build();
    assertThat(wider.getLayer("conv2")).isInstanceOf(ConvolutionRuntime.class);
    assertThat(wider.getLayer("bn1")).isInstanceOf(BatchNormRuntime.class);
    assertThat(wider.getParam("conv2_W")).isEqualTo(network.getParam("conv2_W"));
    assertThat(wider.getParam("bn2_var")).isEqualTo(network.getParam("bn2_var"));
    assertThat(wider.outputSingle(Graphs.normal(DataType.FLOAT, 1, 2, 9, 9, 3)).shape())
        .containsExactly(2, 7);
  }

  private static ComputationGraph network() {
    ComputationGraph network = new ComputationGraph(Graphs.everyLayer(DataType.FLOAT));
    network.init();
    return network;
  }
}
