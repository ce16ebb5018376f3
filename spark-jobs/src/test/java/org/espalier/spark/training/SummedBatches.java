package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** What one process does with the batches of all partitions together: the oracle of masters. */
final class SummedBatches {
  private SummedBatches() {}

  /** Returns examples in partitions of given sizes. */
  static JavaRDD<MultiDataSet> rdd(JavaSparkContext sc, int... sizes) {
    return sc.parallelize(partitions(sizes), sizes.length).flatMap(List::iterator);
  }

  private static List<List<MultiDataSet>> partitions(int... sizes) {
    List<MultiDataSet> examples = TinyData.examples(Arrays.stream(sizes).sum());
    List<List<MultiDataSet>> partitions = new ArrayList<>();
    int first = 0;
    for (int size : sizes) {
      partitions.add(new ArrayList<>(examples.subList(first, first + size)));
      first += size;
    }
    return partitions;
  }

  /** Trains a network in this process, each step on the partitions' next batches. */
  static void fit(ComputationGraph graph, int batch, int epochs, int... sizes) {
    List<List<MultiDataSet>> partitions = partitions(sizes);
    int longest = Arrays.stream(sizes).max().orElseThrow();
    try (WorkerNetwork network = new WorkerNetwork(graph)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (int from = 0; from < longest; from += batch) {
          network.train(step(partitions, from, from + batch), Precision.FLOAT32, 1);
        }
        graph.incrementEpochCount();
      }
    }
  }

  private static MultiDataSet step(List<List<MultiDataSet>> partitions, int from, int to) {
    List<DataSet> parts = new ArrayList<>();
    for (List<MultiDataSet> partition : partitions) {
      for (int i = from; i < Math.min(to, partition.size()); i++) {
        MultiDataSet example = partition.get(i);
        parts.add(new DataSet(example.getFeatures(0), example.getLabels(0)));
      }
    }
    return DataSet.merge(parts).toMultiDataSet();
  }

  /** Returns how far parameters are apart, relative to their size. */
  static double apart(ComputationGraph actual, ComputationGraph expected) {
    return actual.params().distance2(expected.params())
        / expected.params().norm2Number().doubleValue();
  }

  /** Returns a network with a layer and a loss from outside; the layer comes first. */
  static ComputationGraph observing(IUpdater updater) {
    return observing(updater, new HalfSquares());
  }

  /** Returns the same with another loss. */
  static ComputationGraph observing(IUpdater updater, ILossFunction loss) {
    return TinyData.initialised(
        TinyData.layers(updater)
            .addLayer("gain", new Gain(), "in")
            .addLayer("conv", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "gain")
            .addLayer("pool", GlobalAveragePooling.builder().build(), "conv")
            .addLayer(
                "out",
                new OutputLayer.Builder(loss)
                    .nOut(TinyData.CLASSES)
                    .activation(Activation.SIGMOID)
                    .build(),
                "pool")
            .setOutputs("out"));
  }

  /** Asserts that a network's first layer has seen all data, to the bit. */
  static void assertObserved(ComputationGraph graph, List<MultiDataSet> data) {
    float least = Float.MAX_VALUE;
    float greatest = -Float.MAX_VALUE;
    for (MultiDataSet set : data) {
      INDArray input = set.getFeatures(0);
      least = Math.min(least, input.minNumber().floatValue());
      greatest = Math.max(greatest, input.maxNumber().floatValue());
    }
    assertThat(graph.getParam("gain_least").getFloat(0)).isEqualTo(least);
    assertThat(graph.getParam("gain_greatest").getFloat(0)).isEqualTo(greatest);
    assertThat(graph.getParam("gain_span").getFloat(0)).isEqualTo(greatest - least);
  }
}
