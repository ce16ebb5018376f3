package org.espalier.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.prune.scop.ChannelSelection;
import org.espalier.prune.scop.Scop;
import org.espalier.zoo.CifarResNet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Networks to look into, and images for them. */
final class Subjects {
  static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  private Subjects() {}

  /** A new ResNet-20. */
  static ComputationGraph resNet20() {
    ComputationGraph graph = new ComputationGraph(CifarResNet.builder(20).seed(7).build());
    graph.init();
    return graph;
  }

  /** The same without some channels inside its first block. */
  static ComputationGraph slim(ComputationGraph graph, int[] first, int[] second) {
    return Scop.slim(
        graph,
        new ChannelSelection(
            selection(graph, Map.of("layer1.0.conv1", first, "layer1.0.conv2", second))));
  }

  private static Map<String, int[]> selection(ComputationGraph graph, Map<String, int[]> given) {
    Map<String, int[]> all = new HashMap<>(given);
    for (var vertex : graph.getVertices()) {
      String name = vertex.getVertexName();
      if (name.matches("layer.*conv[12]")) {
        int width = (int) vertex.getLayer().getParam("W").size(0);
        all.putIfAbsent(name, IntStream.range(0, width).toArray());
      }
    }
    return all;
  }

  /** Batches of noise with labels. */
  static List<DataSet> batches(int count, int size) {
    SplittableRandom random = new SplittableRandom(3);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      float[] pixels = new float[size * 32 * 32 * 3];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
      INDArray labels = Nd4j.zeros(size, 10);
      for (int row = 0; row < size; row++) {
        labels.putScalar(row, random.nextInt(10), 1);
      }
      batches.add(new DataSet(Nd4j.create(pixels, new long[] {size, 32, 32, 3}, 'c'), labels));
    }
    return batches;
  }

  /** The same batches, labelled as a network says. */
  static List<DataSet> labelledBy(ComputationGraph graph, List<DataSet> batches) {
    List<DataSet> labelled = new ArrayList<>();
    for (DataSet batch : batches) {
      INDArray said = graph.output(false, batch.getFeatures())[0];
      INDArray labels = Nd4j.zeros(said.shape());
      int[] choices = said.argMax(1).toIntVector();
      for (int row = 0; row < choices.length; row++) {
        labels.putScalar(row, choices[row], 1);
      }
      labelled.add(new DataSet(batch.getFeatures(), labels));
    }
    return labelled;
  }
}
