package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Division by the batch, L2 regularisation, the updater and the step, in one pass over the
 * parameters: what Deeplearning4j does with several array operations a parameter.
 *
 * <p>Knows SGD, Nesterov momentum and parameters that are simply moved; v becomes m v - r g, and
 * the parameter is moved by (1 + m) v - m v', where v' is the v before.
 */
final class FusedUpdate {
  /** Numbers that are on the Java side at a time. */
  private static final int CHUNK = 1 << 14;

  /** A parameter, or several with one rule. */
  private record Range(
      int offset, int length, IUpdater updater, int state, L2Regularization l2, boolean divided) {}

  private final ComputationGraph graph;
  private final List<Range> ranges;
  private final long parameters;
  private final long gradients;
  private final float[] p = new float[CHUNK];
  private final float[] g = new float[CHUNK];
  private final float[] v = new float[CHUNK];

  private FusedUpdate(ComputationGraph graph, List<Range> ranges) {
    this.graph = graph;
    this.ranges = ranges;
    parameters = Compiler.address(graph.params());
    gradients = Compiler.address(graph.getGradientsViewArray());
  }

  /** The update of a network; nothing if a part of it is of a kind that is not known here. */
  static Optional<FusedUpdate> of(ComputationGraph graph) {
    List<Range> ranges = new ArrayList<>();
    ComputationGraphUpdater updater = graph.getUpdater(true);
    boolean divide = graph.conf().isMiniBatch();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (UpdaterBlock.ParamState parameter : block.getLayersAndVariablesInBlock()) {
        Trainable layer = parameter.getLayer();
        String name = parameter.getParamName();
        IUpdater rule = layer.getConfig().getUpdaterByParam(name);
        GradientNormalization normalization = layer.getConfig().getGradientNormalization();
        List<Regularization> regularization = layer.getConfig().getRegularizationByParam(name);
        if (!(rule instanceof Sgd || rule instanceof Nesterovs || rule instanceof NoOp)
            || (normalization != null && normalization != GradientNormalization.None)
            || !onlyL2(regularization)) {
          return Optional.empty();
        }
        ranges.add(
            new Range(
                parameter.getParamOffsetStart(),
                parameter.getParamOffsetEnd() - parameter.getParamOffsetStart(),
                rule,
                block.getUpdaterViewOffsetStart()
                    + parameter.getParamOffsetStart()
                    - block.getParamOffsetStart(),
                regularization == null || regularization.isEmpty()
                    ? null
                    : (L2Regularization) regularization.get(0),
                divide && layer.updaterDivideByMinibatch(name)));
      }
    }
    return Optional.of(new FusedUpdate(graph, ranges));
  }

  private static boolean onlyL2(List<Regularization> regularization) {
    return regularization == null
        || regularization.isEmpty()
        || (regularization.size() == 1 && regularization.get(0) instanceof L2Regularization);
  }

  /** What regularisation adds to the loss. */
  double score() {
    int iteration = graph.getIterationCount();
    int epoch = graph.getEpochCount();
    double score = 0;
    for (Range range : ranges) {
      if (range.l2() == null) {
        continue;
      }
      double squares = 0;
      for (int from = 0; from < range.length(); from += CHUNK) {
        int count = Math.min(CHUNK, range.length() - from);
        Address.floats(parameters + Floats.bytes(range.offset() + from)).get(p, 0, count);
        for (int i = 0; i < count; i++) {
          squares += (double) p[i] * p[i];
        }
      }
      score += 0.5 * range.l2().getL2().valueAt(iteration, epoch) * squares;
    }
    return score;
  }

  /** Takes a step along the gradients of a batch of so many images. */
  void step(int batch) {
    INDArray state = graph.getUpdater(true).getStateViewArray();
    long states = state == null ? 0 : Compiler.address(state);
    int iteration = graph.getIterationCount();
    int epoch = graph.getEpochCount();
    for (Range range : ranges) {
      float scale = range.divided() ? 1f / batch : 1f;
      float decay = range.l2() == null ? 0f : (float) range.l2().getL2().valueAt(iteration, epoch);
      float rate = 1f;
      float momentum = 0f;
      if (range.updater() instanceof Nesterovs nesterovs) {
        rate = (float) nesterovs.getLearningRate(iteration, epoch);
        momentum = (float) nesterovs.currentMomentum(iteration, epoch);
      } else if (range.updater() instanceof Sgd sgd) {
        rate = (float) sgd.getLearningRate(iteration, epoch);
      }
      boolean moving = range.updater() instanceof Nesterovs;
      for (int from = 0; from < range.length(); from += CHUNK) {
        int count = Math.min(CHUNK, range.length() - from);
        long at = Floats.bytes(range.offset() + from);
        Address.floats(parameters + at).get(p, 0, count);
        Address.floats(gradients + at).get(g, 0, count);
        if (moving) {
          long here = states + Floats.bytes(range.state() + from);
          Address.floats(here).get(v, 0, count);
          nesterov(count, scale, decay, rate, momentum);
          Address.floats(here).put(v, 0, count);
        } else {
          plain(count, scale, decay, rate);
        }
        Address.floats(parameters + at).put(p, 0, count);
      }
    }
  }

  private void nesterov(int count, float scale, float decay, float rate, float momentum) {
    for (int i = 0; i < count; i++) {
      float carried = momentum * v[i];
      float next = carried - rate * (g[i] * scale + decay * p[i]);
      v[i] = next;
      p[i] -= carried - (momentum + 1) * next;
    }
  }

  private void plain(int count, float scale, float decay, float rate) {
    for (int i = 0; i < count; i++) {
      p[i] -= rate * (g[i] * scale + decay * p[i]);
    }
  }
}
