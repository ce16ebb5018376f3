package org.espalier.nn.fused;

import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes a network's output as {@code ComputationGraph.output} does, with batch normalisation,
 * sums and ReLU folded into convolutions, and slices of the batch going through all layers while in
 * a core's cache.
 *
 * <p>Parameters are those that the network had when this was made or last refreshed.
 */
public final class FusedInference implements AutoCloseable {
  private final ComputationGraph graph;
  private final Team team;
  private InferenceCompiler compiler;
  private Program program;

  private FusedInference(ComputationGraph graph, int threads) {
    this.graph = graph;
    this.team = new Team(threads);
  }

  /**
   * Compiles a network.
   *
   * @param graph an initialised network
   * @param images an array of images of the size that will be given, [N, H, W, C]
   * @param threads threads that share the work, at least 1
   * @return nothing if a layer is of a kind that is not compiled, or oneDNN does not serve here
   */
  public static Optional<FusedInference> of(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    Objects.requireNonNull(graph, "Cannot compile: there is no network");
    precision.require();
    if (!OneDnn.serves(graph.params().dataType()) || images.rank() != 4) {
      return Optional.empty();
    }
    FusedInference inference = new FusedInference(graph, threads);
    boolean compiled = false;
    try {
      compiled = inference.compile(images, precision);
    } finally {
      if (!compiled) {
        inference.close();
      }
    }
    return compiled ? Optional.of(inference) : Optional.empty();
  }

  private boolean compile(INDArray images, Precision precision) {
    AtomicReference<InferenceCompiler> compiled = new AtomicReference<>();
    team.once(
        () -> {
          try {
            compiled.set(
                InferenceCompiler.compile(graph, precision.activations(), Size.of(images)));
          } catch (Unsupported e) {
            OneDnn.explain(e.getMessage());
          }
        });
    compiler = compiled.get();
    if (compiler == null) {
      return false;
    }
    program = new Program(compiler.trace(), team);
    compiler.head().attach(program);
    refresh();
    return true;
  }

  /** Takes in the network's parameters as they are now. */
  public void refresh() {
    team.once(compiler::refresh);
  }

  /**
   * The network's output.
   *
   * @param images [N, H, W, C] of the size that this was made for
   * @return N rows, for example of class probabilities
   */
  public INDArray output(INDArray images) {
    compiler.input().require(images);
    INDArray dense = OneDnn.dense(images);
    Layer last = graph.getOutputLayer(0);
    AtomicReference<INDArray> result = new AtomicReference<>();
    compiler.input().place(Compiler.address(dense), (int) images.size(0), program);
    compiler
        .head()
        .function(
            features -> {
              last.setInput(features, LayerWorkspaceMgr.noWorkspaces());
              result.set(last.activate(false, LayerWorkspaceMgr.noWorkspaces()).detach());
              last.clear();
              return null;
            });
    try {
      program.run((int) images.size(0));
    } finally {
      Reference.reachabilityFence(dense);
    }
    return result.get();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
    team.close();
  }
}
