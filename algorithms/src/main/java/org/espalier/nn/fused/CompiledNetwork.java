package org.espalier.nn.fused;

import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network's program, the threads that run it, and its two ends. */
final class CompiledNetwork<C extends Compiler> implements AutoCloseable {
  /** Compiles a network for images of one size. */
  interface Recipe<C extends Compiler> {
    C compile(ComputationGraph graph, Element activations, Size images) throws Unsupported;
  }

  private final Team team;
  private final C compiler;
  private final Program program;

  private CompiledNetwork(Team team, C compiler) {
    this.team = team;
    this.compiler = compiler;
    this.program = new Program(compiler.trace(), team);
    compiler.head().attach(program);
  }

  /**
   * Compiles a network.
   *
   * @param images an array of images of the size that will be given, [N, H, W, C]
   */
  static <C extends Compiler> Compilation<CompiledNetwork<C>> of(
      ComputationGraph graph, INDArray images, Precision precision, int threads, Recipe<C> recipe) {
    Objects.requireNonNull(graph, "Cannot compile: there is no network");
    precision.require();
    try {
      if (!OneDnn.serves(graph.params().dataType())) {
        throw new Unsupported("oneDNN does not serve here in " + graph.params().dataType());
      }
      if (images.rank() != 4) {
        throw new Unsupported("it is not given images [N, H, W, C]");
      }
      return Compilation.of(compiled(graph, images, precision, threads, recipe));
    } catch (Unsupported e) {
      OneDnn.explain(e.getMessage());
      return Compilation.refused(e.getMessage());
    }
  }

  private static <C extends Compiler> CompiledNetwork<C> compiled(
      ComputationGraph graph, INDArray images, Precision precision, int threads, Recipe<C> recipe)
      throws Unsupported {
    Team team = new Team(threads);
    CompiledNetwork<C> compiled = null;
    try {
      AtomicReference<C> compiler = new AtomicReference<>();
      AtomicReference<Unsupported> refusal = new AtomicReference<>();
      team.once(
          () -> {
            try {
              compiler.set(recipe.compile(graph, precision.activations(), Size.of(images)));
            } catch (Unsupported e) {
              refusal.set(e);
            }
          });
      if (refusal.get() != null) {
        throw refusal.get();
      }
      compiled = new CompiledNetwork<>(team, compiler.get());
    } finally {
      if (compiled == null) {
        team.close();
      }
    }
    return compiled;
  }

  /** What made the program. */
  C compiler() {
    return compiler;
  }

  /** Has one of the threads do something. */
  void once(Runnable work) {
    team.once(work);
  }

  /**
   * Checks images.
   *
   * @throws IllegalArgumentException if they are not of the size that was compiled for, or their
   *     number is odd where they go in pairs
   */
  void require(INDArray images) {
    compiler.input().require(images);
    if (program.paired() && images.size(0) % 2 != 0) {
      throw new IllegalArgumentException(
          "Cannot mix features with their knockoffs: the number of rows must be even ("
              + images.size(0)
              + ")");
    }
  }

  /**
   * Runs the program on a batch.
   *
   * @param exchange how to reach those who have other parts of the batch; null if there are none
   * @param phaseDone is told, in one of the threads, the number of each phase that is over
   * @param head what becomes of the features; it returns the gradient at them, or null when nobody
   *     goes back
   */
  void run(
      INDArray images,
      BatchExchange exchange,
      IntConsumer phaseDone,
      UnaryOperator<INDArray> head) {
    program.requireOpen();
    INDArray dense = OneDnn.dense(images);
    int batch = (int) images.size(0);
    compiler.input().place(Compiler.address(dense), batch, program);
    compiler.head().function(head);
    try {
      compiler.trace().peers().with(exchange, () -> program.run(batch, phaseDone));
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /** Takes part in a run of those who have parts of a batch, without a part of it. */
  void idle(BatchExchange exchange) {
    compiler.trace().peers().with(exchange, program::idle);
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    program.close();
    team.close();
  }
}
