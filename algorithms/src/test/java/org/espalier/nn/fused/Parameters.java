package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.nn.BatchNorm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Parameters and gradients of networks, by name. */
final class Parameters {
  private Parameters() {}

  /**
   * A network whose normalisations have scales, shifts and running statistics of all kinds, and
   * whose biases are not 0.
   */
  static ComputationGraph randomised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    Random random = new Random(3);
    for (Layer layer : graph.getLayers()) {
      for (String name : new String[] {"gamma", "beta", "mean", "var", "b"}) {
        INDArray values = layer.paramTable() == null ? null : layer.paramTable().get(name);
        if (values != null) {
          for (long i = 0; i < values.length(); i++) {
            // The same in both data types.
            float value = (float) random.nextDouble(-0.5, 0.5);
            boolean positive = name.equals("gamma") || name.equals("var");
            values.putScalar(i, positive ? 1 + value : value);
          }
        }
      }
    }
    return graph;
  }

  /**
   * A network that starts where another one does, whatever its data type.
   *
   * @param configuration another configuration of the same layers
   */
  static ComputationGraph copy(ComputationGraph from, ComputationGraphConfiguration configuration) {
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init();
    copy.setParams(from.params().castTo(copy.params().dataType()));
    return copy;
  }

  /**
   * Shifts every other channel of each batch normalisation far up and the others far down: an
   * activation within rounding of zero would pass ReLU here and not there, and its gradient with
   * it.
   */
  static void keepActivationsOffZero(ComputationGraph graph) {
    for (Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNorm) {
        INDArray beta = layer.getParam("beta");
        for (long channel = 0; channel < beta.length(); channel++) {
          beta.putScalar(channel, channel % 2 == 0 ? 4 : -4);
        }
      }
    }
  }

  /** The gradient of a batch as Deeplearning4j computes it, in the network's view. */
  static void computeGradient(ComputationGraph graph, DataSet batch) {
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.computeGradientAndScore();
  }

  /** Every number of an array, to be compared bit for bit, as arrays themselves are not. */
  static float[] bits(INDArray flat) {
    return flat.reshape(flat.length()).toFloatVector();
  }

  /** Copies of the parts of a network's flat array, by parameter, in double precision. */
  static Map<String, INDArray> named(ComputationGraph graph, INDArray flat) {
    INDArray row = flat.reshape(flat.length()).castTo(DataType.DOUBLE);
    Map<String, INDArray> named = new LinkedHashMap<>();
    long offset = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.numParams() > 0) {
        for (var entry : vertex.paramTable(false).entrySet()) {
          long end = offset + entry.getValue().length();
          named.put(
              vertex.getVertexName() + "_" + entry.getKey(),
              row.get(NDArrayIndex.interval(offset, end)).dup());
          offset = end;
        }
      }
    }
    return named;
  }

  /**
   * Checks the Euclidean norm of each parameter's error against its own, or against a tenth of the
   * whole array's: what is small because larger terms cancel has no relative precision.
   */
  static void assertClose(
      ComputationGraph graph, INDArray actual, INDArray expected, double tolerance) {
    Map<String, INDArray> parts = named(graph, actual);
    double whole = expected.norm2Number().doubleValue();
    named(graph, expected)
        .forEach(
            (name, wanted) -> {
              double scale = Math.max(wanted.norm2Number().doubleValue(), 0.1 * whole);
              assertThat(parts.get(name).distance2(wanted) / scale)
                  .as(name)
                  .isLessThanOrEqualTo(tolerance);
            });
  }
}
