package org.espalier.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Moves weights between a network and a PyTorch state_dict of a network whose modules have the
 * vertices' names.
 *
 * <p>Convolution weights [out, in, height, width] are taken as they are; linear weights [out, in]
 * are transposed, and a linear layer behind a flattened map has its columns put in the order in
 * which this network flattens; batch normalisation's weight, bias, running_mean and running_var are
 * gamma, beta, mean and var. PyTorch's running variance is unbiased where Deeplearning4j's is
 * biased: the values are moved unchanged, as inference needs them.
 */
public final class PyTorchWeights {
  private static final int NAMES_SHOWN = 3;

  private PyTorchWeights() {}

  /** Loads a state_dict under the names of {@link NameMap#pytorch()}. */
  public static void load(ComputationGraph graph, Map<String, Tensor> tensors)
      throws WeightsException {
    load(graph, tensors, NameMap.pytorch());
  }

  /**
   * Loads a state_dict into a network: every parameter and running statistic, or none.
   *
   * @param graph an initialised network, of any floating-point type
   * @param tensors the state_dict's tensors, of any floating-point type
   * @param names how the tensors' names become the network's
   * @throws WeightsException where tensors are missing, left over, of another shape, or hold values
   *     that are not finite numbers; the network is unchanged then
   * @throws IllegalArgumentException where a layer has parameters that no PyTorch module has
   */
  public static void load(ComputationGraph graph, Map<String, Tensor> tensors, NameMap names)
      throws WeightsException {
    load(graph, tensors, names, "the weights");
  }

  /** Loads a state_dict that messages call by a name of the caller's. */
  static void load(
      ComputationGraph graph, Map<String, Tensor> tensors, NameMap names, String subject)
      throws WeightsException {
    List<StateEntry> entries = StateDict.of(graph);
    Map<String, Tensor> named = rename(tensors, names, subject);
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    Map<StateEntry, INDArray> values = new LinkedHashMap<>();
    for (StateEntry entry : entries) {
      Tensor tensor = named.remove(entry.name());
      if (tensor == null) {
        missing.add(entry.name());
      } else if (!entry.fits(tensor)) {
        misshapen.add(
            "%s is %s instead of %s"
                .formatted(
                    entry.name(), Arrays.toString(tensor.shape()), Arrays.toString(entry.shape())));
      } else if (!isFinite(tensor)) {
        unfit.add(entry.name());
      } else {
        values.put(entry, tensor.toINDArray());
      }
    }
    if (!missing.isEmpty() || !misshapen.isEmpty() || !named.isEmpty()) {
      throw new WeightsException(
          "Cannot load "
              + subject
              + ": they are of another network: "
              + join(
                  counted(missing, "missing"),
                  counted(List.copyOf(named.keySet()), "not in this network"),
                  counted(misshapen, "of another shape")));
    }
    if (!unfit.isEmpty()) {
      throw new WeightsException(
          "Cannot load "
              + subject
              + ": values are not finite floating-point numbers: "
              + counted(unfit, "affected"));
    }
    values.forEach(StateEntry::assign);
  }

  /**
   * The state_dict of a network, copied, in the network's order and type.
   *
   * @throws IllegalArgumentException where a layer has parameters that no PyTorch module has
   */
  public static Map<String, Tensor> save(ComputationGraph graph) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (StateEntry entry : StateDict.of(graph)) {
      tensors.put(entry.name(), Tensor.of(entry.values()));
    }
    return tensors;
  }

  private static Map<String, Tensor> rename(
      Map<String, Tensor> tensors, NameMap names, String subject) throws WeightsException {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Optional<String> name = names.apply(entry.getKey());
      if (name.isPresent() && renamed.put(name.get(), entry.getValue()) != null) {
        throw new WeightsException(
            "Cannot load " + subject + ": two tensors would be " + name.get());
      }
    }
    return renamed;
  }

  private static boolean isFinite(Tensor tensor) {
    return tensor.type().isFloatingPoint()
        && !BooleanIndexing.or(tensor.toINDArray(), Conditions.notFinite());
  }

  /** Such as "95 tensors missing (a, b, c, ...)"; empty for none. */
  private static String counted(List<String> names, String what) {
    if (names.isEmpty()) {
      return "";
    }
    String shown = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
    return "%d %s %s (%s%s)"
        .formatted(
            names.size(),
            names.size() == 1 ? "tensor" : "tensors",
            what,
            shown,
            names.size() > NAMES_SHOWN ? ", ..." : "");
  }

  private static String join(String... parts) {
    return String.join(", ", Arrays.stream(parts).filter(part -> !part.isEmpty()).toList());
  }
}
