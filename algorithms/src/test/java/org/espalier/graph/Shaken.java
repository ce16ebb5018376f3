package org.espalier.graph;

import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Networks of random weights in which no bias and no normalisation is at its first value. */
final class Shaken {
  private Shaken() {}

  /**
   * Changes a network's biases, scales and shifts, and gives its normalisations the statistics of
   * these images, give or take a fifth, so that activations neither vanish nor explode.
   */
  static ComputationGraph with(ComputationGraph network, long seed, INDArray images) {
    Nd4j.getRandom().setSeed(seed);
    for (GraphVertex vertex : network.getVertices()) {
      Map<String, INDArray> parameters = vertex.paramTable(false);
      if (parameters != null) {
        parameters.forEach(
            (key, value) -> {
              switch (key) {
                case "gamma" -> value.assign(between(0.6, 1.4, value));
                case "beta", "b" -> value.assign(between(-0.2, 0.2, value));
                default -> {}
              }
            });
      }
    }
    Map<String, INDArray> activations = network.feedForward(images, true);
    for (GraphVertex vertex : network.getVertices()) {
      if (vertex.hasLayer()
          && LayerChannels.unwrapped(vertex.getLayer().conf().getLayer())
              instanceof BatchNormalization) {
        String name = vertex.getVertexName();
        String input = network.getConfiguration().getVertexInputs().get(name).get(0);
        calibrate(vertex.paramTable(false), activations.get(input));
      }
    }
    return network;
  }

  private static void calibrate(Map<String, INDArray> parameters, INDArray input) {
    INDArray mean = parameters.get("mean");
    long channels = mean.length();
    int axis = input.rank() == 4 && input.size(1) != channels ? 3 : 1;
    int[] others = IntStream.range(0, input.rank()).filter(i -> i != axis).toArray();
    INDArray variance = input.var(false, others).reshape(mean.shape()).castTo(mean.dataType());
    variance.addi(variance.meanNumber()).muli(between(0.8, 1.2, mean)); // none near zero
    mean.assign(input.mean(others).reshape(mean.shape()));
    if (parameters.containsKey("var")) {
      parameters.get("var").assign(variance);
    } else {
      parameters.get("log10stdev").assign(Transforms.log(variance).divi(2 * Math.log(10)));
    }
  }

  private static INDArray between(double low, double high, INDArray like) {
    return Nd4j.rand(like.dataType(), like.shape()).muli(high - low).addi(low);
  }
}
