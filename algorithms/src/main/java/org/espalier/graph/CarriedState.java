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
 * Carries updater state from one network to another, parameter by parameter.
 *
 * <p>An updater's state is one flat array. Neighbouring parameters whose updaters have equal
 * settings share a block of it; a block holds, for each array that the updater keeps (Adam: two,
 * Nesterovs: one), that of all its parameters one after the other. Editing a network changes what
 * its parameters' neighbours are, so that each slice has to be found in the old blocks and put into
 * the new ones.
 */
final class CarriedState {
  private CarriedState() {}

  /** A parameter of a network, by node and name. */
  private record Name(String node, String parameter) {}

  /**
   * Where the state of a parameter lies in the flat array.
   *
   * @param updater the class of the updater's settings
   * @param offsets where each array that the updater keeps starts
   * @param length the length of each, that of the parameter
   */
  private record Place(Class<?> updater, List<Integer> offsets, int length) {}

  /**
   * Carries the state of every parameter that is itself carried over, and has an updater of the
   * same class as before; the others' stays as new. A network never trained has none.
   */
  static void carry(ComputationGraph source, ComputationGraph result, List<Slot> slots) {
    ComputationGraphUpdater from = source.getUpdater(false);
    if (from == null || from.getStateViewArray() == null) {
      return;
    }
    ComputationGraphUpdater to = result.getUpdater(true);
    if (to.getStateViewArray() == null) {
      return;
    }
    Map<Name, Place> before = places(from);
    Map<Name, Place> after = places(to);
    INDArray old = from.getStateViewArray().dup();
    INDArray state = to.getStateViewArray().dup();
    old = old.reshape(old.length());
    state = state.reshape(state.length());
    for (Slot slot : slots) {
      Place there = after.get(new Name(slot.node(), slot.parameter()));
      Place here = before.get(new Name(slot.origin(), slot.parameter()));
      if (slot.isCarried() && there != null && here != null && sameKind(here, there)) {
        for (int i = 0; i < there.offsets().size(); i++) {
          INDArray slice = slice(old, here, i);
          slice(state, there, i).assign(moved(slot, slice));
        }
      }
    }
    to.setStateViewArray(state.reshape(to.getStateViewArray().shape()));
  }

  private static boolean sameKind(Place here, Place there) {
    return here.updater() == there.updater() && here.offsets().size() == there.offsets().size();
  }

  /** Changes a slice as its parameter is changed; both lie in the parameters' own order. */
  private static INDArray moved(Slot slot, INDArray slice) {
    if (slot.change() == null) {
      return slice;
    }
    INDArray shaped = slice.reshape(slot.old().ordering(), slot.old().shape());
    INDArray changed = slot.changed(shaped);
    char order = slot.target().ordering();
    return changed.dup(order).reshape(order, new long[] {changed.length()});
  }

  private static INDArray slice(INDArray state, Place place, int array) {
    int offset = place.offsets().get(array);
    return state.get(NDArrayIndex.interval(offset, offset + place.length()));
  }

  private static Map<Name, Place> places(ComputationGraphUpdater updater) {
    Map<Name, Place> places = new HashMap<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      int size = block.getParamOffsetEnd() - block.getParamOffsetStart();
      int stateSize = block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
      for (UpdaterBlock.ParamState parameter : block.getLayersAndVariablesInBlock()) {
        String node = ((GraphVertex) parameter.getLayer()).getVertexName();
        Class<?> kind =
            parameter.getLayer().getConfig().getUpdaterByParam(parameter.getParamName()).getClass();
        if (stateSize % size != 0) {
          throw new IllegalArgumentException(
              String.format(
                  "Cannot carry the updater state of %s over: it is no multiple of its parameters (%s)",
                  node, kind.getSimpleName()));
        }
        List<Integer> offsets = new ArrayList<>();
        int within = parameter.getParamOffsetStart() - block.getParamOffsetStart();
        for (int array = 0; array < stateSize / size; array++) {
          offsets.add(block.getUpdaterViewOffsetStart() + array * size + within);
        }
        int length = parameter.getParamOffsetEnd() - parameter.getParamOffsetStart();
        places.put(new Name(node, parameter.getParamName()), new Place(kind, offsets, length));
      }
    }
    return places;
  }
}
