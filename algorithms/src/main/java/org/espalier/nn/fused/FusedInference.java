package org.espalier.nn.fused;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes a network's output as {@code ComputationGraph.output} does, with batch normalisation,
 * sums and ReLU folded into convolutions, and slices of the batch going through all layers while in
 * a core's cache.
 *
 * <p>A network in deployment form, whose weights and activations have grids that do not change, is
 * computed in integers: convolutions, dense layers, sums of two and the mean of all pixels give the
 * very codes that ONNX Runtime computes of them. The last layer multiplies numbers.
 *
 * <p>Parameters are those that the network had when this was made or last refreshed.
 */
public final class FusedInference implements AutoCloseable {
  private final ComputationGraph graph;
  private final CompiledNetwork<InferenceCompiler> network;

  private FusedInference(ComputationGraph graph, CompiledNetwork<InferenceCompiler> network) {
    this.graph = graph;
    this.network = network;
  }

  /**
   * Compiles a network as {@link #compile} does, when it does not matter why that cannot be done.
   *
   * @return nothing if it is not compiled
   */
  public static Optional<FusedInference> of(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    return compile(graph, images, precision, threads).compiled();
  }

  /**
   * Compiles a network.
   *
   * @param graph an initialised network
   * @param images an array of images of the size that will be given, [N, H, W, C]
   * @param threads threads that share the work, at least 1
   * @return a refusal if a layer is of a kind that is not compiled, or oneDNN does not serve here
   * @throws IllegalStateException if this processor does not compute in the precision
   */
  public static Compilation<FusedInference> compile(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    return CompiledNetwork.of(graph, images, precision, threads, InferenceCompiler::compile)
        .map(network -> new FusedInference(graph, network));
  }

  /** Takes in the network's parameters as they are now. */
  public void refresh() {
    network.once(network.compiler()::refresh);
  }

  /**
   * The network's output.
   *
   * @param images [N, H, W, C] of the size that this was made for
   * @return N rows, for example of class probabilities
   */
  public INDArray output(INDArray images) {
    network.require(images);
    Layer last = graph.getOutputLayer(0);
    AtomicReference<INDArray> result = new AtomicReference<>();
    network.run(
        images,
        null,
        phase -> {},
        features -> {
          last.setInput(features, LayerWorkspaceMgr.noWorkspaces());
          result.set(last.activate(false, LayerWorkspaceMgr.noWorkspaces()).detach());
          last.clear();
          return null;
        });
    return result.get();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    network.close();
  }
}
