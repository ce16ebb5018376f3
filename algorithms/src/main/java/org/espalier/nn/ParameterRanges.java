package org.espalier.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Reads the ranges of a network's flat parameter vector, in DL4J's own order. */
final class ParameterRanges {
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;

  private ParameterRanges() {}

  /** A range together with whose it is. */
  record Entry(GraphVertex vertex, String parameter, ParameterRange range) {}

  static List<ParameterRange> of(ComputationGraph graph) {
    return entries(graph).stream().map(Entry::range).toList();
  }

  /** Returns the ranges in their order. */
  static List<Entry> entries(ComputationGraph graph) {
    List<Entry> entries = new ArrayList<>();
    int offset = 0;
    for (int vertex : graph.topologicalSortOrder()) {
      GraphVertex current = graph.getVertices()[vertex];
      if (current.numParams() == 0) {
        continue;
      }
      int mean = -1;
      int meanLength = -1;
      for (Map.Entry<String, INDArray> entry : current.paramTable(false).entrySet()) {
        String parameter = entry.getKey();
        int length = Math.toIntExact(entry.getValue().length());
        String name = current.getVertexName() + "_" + parameter;
        ParameterClass kind = classOf(graph, current, parameter);
        ParameterRange range = new ParameterRange(name, offset, length, kind, -1);
        if (range.isPooled()) {
          if (length != meanLength) {
            throw new IllegalArgumentException(
                "Cannot lay out parameters: a pooled variance needs a mean of its length before it"
                    + " ("
                    + name
                    + ")");
          }
          range = new ParameterRange(name, offset, length, kind, mean);
        }
        entries.add(new Entry(current, parameter, range));
        if (parameter.equals(MEAN) && kind != ParameterClass.FROZEN) {
          mean = offset;
          meanLength = length;
        }
        offset += length;
      }
    }
    return entries;
  }

  /** Returns the layer configuration of a vertex, unwrapped; null where it has none. */
  static Layer layer(ComputationGraph graph, GraphVertex vertex) {
    Layer layer =
        graph.getConfiguration().getVertices().get(vertex.getVertexName()) instanceof LayerVertex v
            ? v.getLayerConf().getLayer()
            : null;
    while (layer instanceof BaseWrapperLayer wrapper) {
      layer = wrapper.getUnderlying();
    }
    return layer;
  }

  private static ParameterClass classOf(
      ComputationGraph graph, GraphVertex vertex, String parameter) {
    Layer layer = layer(graph, vertex);
    if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
      return ParameterClass.FROZEN;
    }
    ParameterClass declared = declaredClass(layer, parameter);
    return standsStill(layer, vertex.getConfig(), parameter) ? ParameterClass.FROZEN : declared;
  }

  private static ParameterClass declaredClass(Layer layer, String parameter) {
    if (layer instanceof ParameterClasses classes) {
      return classes.parameterClass(parameter);
    }
    if (layer instanceof BatchNormalization) {
      return switch (parameter) {
        case BatchNormalizationParamInitializer.GLOBAL_VAR -> ParameterClass.POOLED_VARIANCE;
        case BatchNormalizationParamInitializer.GLOBAL_LOG_STD ->
            ParameterClass.POOLED_LOG_DEVIATION;
        default -> ParameterClass.MEAN;
      };
    }
    return ParameterClass.MEAN;
  }

  private static boolean standsStill(Layer layer, TrainingConfig config, String parameter) {
    IUpdater updater = config.getUpdaterByParam(parameter);
    if (!(updater instanceof Sgd sgd)
        || sgd.getLearningRateSchedule() != null
        || sgd.getLearningRate() != 0) {
      return false;
    }
    List<Regularization> regularization = config.getRegularizationByParam(parameter);
    boolean decays =
        regularization != null
            && regularization.stream()
                .anyMatch(r -> r.applyStep() == Regularization.ApplyStep.POST_UPDATER);
    boolean constrained =
        layer != null && layer.getConstraints() != null && !layer.getConstraints().isEmpty();
    return !decays && !constrained;
  }
}
