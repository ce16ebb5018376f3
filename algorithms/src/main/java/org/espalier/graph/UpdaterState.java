package org.espalier.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The state of a network's updater, parameter by parameter.
 *
 * <p>Deeplearning4j joins neighbouring parameters of equal updaters into blocks. The state of a
 * block is one array: as many parts as the updater has moments, each as long as the block's
 * parameters; all first moments, then all second ones.
 */
final class UpdaterState {
  /** Makes of a moment of a parameter, in that parameter's shape, what the new network needs. */
  @FunctionalInterface
  interface Change {
    INDArray apply(String vertex, String parameter, INDArray moment);
  }

  private record Key(String vertex, String parameter) {}

  private UpdaterState() {}

  /** Carries the state over; does nothing where there is none yet. */
  static void carry(ComputationGraph from, ComputationGraph to, Change change) {
    if (from.getUpdater(false) == null || from.getUpdater().getStateViewArray() == null) {
      return;
    }
    Map<Key, List<INDArray>> old = moments(from);
    moments(to)
        .forEach(
            (key, views) -> {
              INDArray target = parameter(to, key);
              for (int i = 0; i < views.size(); i++) {
                INDArray moment =
                    old.get(key)
                        .get(i)
                        .reshape(parameter(from, key).ordering(), parameter(from, key).shape());
                views
                    .get(i)
                    .reshape(target.ordering(), target.shape())
                    .assign(change.apply(key.vertex(), key.parameter(), moment));
              }
            });
  }

  private static INDArray parameter(ComputationGraph network, Key key) {
    return Parameters.of(network, key.vertex()).get(key.parameter());
  }

  /** Returns the moments of each parameter, as flat views of the state. */
  private static Map<Key, List<INDArray>> moments(ComputationGraph network) {
    ComputationGraphUpdater updater = network.getUpdater();
    Map<Key, List<INDArray>> moments = new HashMap<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      int length = block.getParamOffsetEnd() - block.getParamOffsetStart();
      int state = block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
      for (UpdaterBlock.ParamState parameter : block.getLayersAndVariablesInBlock()) {
        List<INDArray> views = new ArrayList<>();
        for (int start = 0; start < state; start += length) {
          long shift =
              (long) block.getUpdaterViewOffsetStart() + start - block.getParamOffsetStart();
          views.add(
              updater
                  .getStateViewArray()
                  .reshape(updater.getStateViewArray().length())
                  .get(
                      NDArrayIndex.interval(
                          parameter.getParamOffsetStart() + shift,
                          parameter.getParamOffsetEnd() + shift)));
        }
        String vertex = ((GraphVertex) parameter.getLayer()).getVertexName();
        moments.put(new Key(vertex, parameter.getParamName()), views);
      }
    }
    return moments;
  }
}
