package org.espalier.quantize.ptq;

import org.espalier.quantize.Quantization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Chooses for each weight whether it is rounded up or down, so that what the layer gives has the
 * least squared error, instead of each weight.
 *
 * <p>With s the step and h in [0, 1] for each weight, the weights are w' = s clip(floor(w / s) + h)
 * and
 *
 * <pre>
 * h = clip(1.2 sigmoid(v) - 0.1, 0, 1)
 * minimise  n E / E0 + sum of 1 - |2 h - 1|^beta
 * </pre>
 *
 * <p>over v by Adam: E is the mean squared error of the output, from its second moments, so exact
 * over all calibration images in every step; n is the number of weights and E0 the error of
 * rounding to the nearest. The second term counts from a fifth of the steps on; beta falls from 20
 * to 2 along a cosine. In the end h is rounded, and an output channel for which rounding to the
 * nearest is better keeps that. Unlike in the paper, the error is that before the activation
 * function.
 *
 * <p>Nagel et al., Up or Down? Adaptive Rounding for Post-Training Quantization, <a
 * href="https://arxiv.org/abs/2004.10568">arXiv:2004.10568</a>.
 */
final class AdaptiveRounding {
  private static final double STRETCH = 1.2;
  private static final double OFFSET = -0.1;
  private static final double WARM_UP = 0.2;
  private static final double FIRST_BETA = 20;
  private static final double LAST_BETA = 2;
  private static final double LEARNING_RATE = 0.02;
  private static final double DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final double[] weights;
  private final Quantization[] grids;
  private final int length;
  private final INDArray gram;
  private final INDArray cross;
  private final int[] floors;
  private final double[] v;
  private final double[] first;
  private final double[] second;

  /**
   * Prepares the weights of output channels that read the same.
   *
   * @param weights channel by channel
   * @param grids one for each channel
   * @param gram mean of x' x, [length, length]
   * @param cross mean of x' y, [length, channels]
   */
  AdaptiveRounding(double[] weights, Quantization[] grids, INDArray gram, INDArray cross) {
    this.weights = weights;
    this.grids = grids;
    this.length = weights.length / grids.length;
    this.gram = gram;
    this.cross = cross.transpose().dup('c');
    this.floors = new int[weights.length];
    this.v = new double[weights.length];
    this.first = new double[weights.length];
    this.second = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      double steps = weights[i] / grid(i).scale();
      floors[i] = (int) Math.floor(steps);
      double sigmoid = (steps - floors[i] - OFFSET) / STRETCH;
      v[i] = Math.log(sigmoid / (1 - sigmoid));
    }
  }

  private Quantization grid(int weight) {
    return grids[weight / length];
  }

  /** Returns the integers, channel by channel. */
  int[] codes(int steps) {
    double[] nearest = new double[weights.length];
    int[] codes = new int[weights.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = grid(i).code((float) weights[i]);
      nearest[i] = grid(i).value(codes[i]);
    }
    double scale = roundingError(nearest) / weights.length;
    if (!(scale > 0)) {
      return codes;
    }
    for (int step = 0; step < steps; step++) {
      descend(step, steps, scale);
    }
    double[] chosen = new double[weights.length];
    int[] learned = new int[weights.length];
    for (int i = 0; i < chosen.length; i++) {
      learned[i] = code(i, softened(i) >= 0.5 ? 1 : 0);
      chosen[i] = grid(i).value(learned[i]);
    }
    double[] before = errors(nearest);
    double[] after = errors(chosen);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = after[i / length] < before[i / length] ? learned[i] : codes[i];
    }
    return codes;
  }

  private int code(int weight, int up) {
    Quantization grid = grid(weight);
    return grid.codes().clamp((long) floors[weight] + up + grid.zeroPoint());
  }

  /** The mean squared error of each channel's output, but for a part that is common to all w. */
  private double[] errors(double[] rounded) {
    INDArray w = rows(rounded);
    return w.mmul(gram).subi(cross.mul(2)).muli(w).sum(1).toDoubleVector();
  }

  private double roundingError(double[] rounded) {
    INDArray difference = rows(rounded).subi(rows(weights));
    return difference.mmul(gram).muli(difference).sumNumber().doubleValue();
  }

  private INDArray rows(double[] values) {
    return Nd4j.createFromArray(values).reshape('c', grids.length, length);
  }

  private double softened(int weight) {
    double h = STRETCH / (1 + Math.exp(-v[weight])) + OFFSET;
    return Math.min(1, Math.max(0, h));
  }

  private void descend(int step, int steps, double scale) {
    double[] soft = new double[weights.length];
    double[] h = new double[weights.length];
    for (int i = 0; i < soft.length; i++) {
      h[i] = softened(i);
      soft[i] = clamped(i, h[i]) * grid(i).scale();
    }
    double[] gradient = rows(soft).mmul(gram).subi(cross).reshape(-1).toDoubleVector();
    double warm = WARM_UP * steps;
    double progress = (step - warm) / (steps - warm);
    double beta = LAST_BETA + (FIRST_BETA - LAST_BETA) * (1 + Math.cos(Math.PI * progress)) / 2;
    for (int i = 0; i < soft.length; i++) {
      double code = floors[i] + h[i];
      boolean inside = clamped(i, h[i]) == code;
      double slope = inside ? 2 * gradient[i] * grid(i).scale() / scale : 0;
      if (step >= warm) {
        double distance = 2 * h[i] - 1;
        slope -= 2 * beta * Math.pow(Math.abs(distance), beta - 1) * Math.signum(distance);
      }
      double sigmoid = 1 / (1 + Math.exp(-v[i]));
      boolean moves = h[i] > 0 && h[i] < 1;
      adam(i, moves ? slope * STRETCH * sigmoid * (1 - sigmoid) : 0, step + 1);
    }
  }

  private double clamped(int weight, double h) {
    Quantization grid = grid(weight);
    double lower = grid.codes().min() - grid.zeroPoint();
    double upper = grid.codes().max() - grid.zeroPoint();
    return Math.min(upper, Math.max(lower, floors[weight] + h));
  }

  private void adam(int i, double gradient, int step) {
    first[i] = DECAY * first[i] + (1 - DECAY) * gradient;
    second[i] = SQUARE_DECAY * second[i] + (1 - SQUARE_DECAY) * gradient * gradient;
    double mean = first[i] / (1 - Math.pow(DECAY, step));
    double square = second[i] / (1 - Math.pow(SQUARE_DECAY, step));
    v[i] -= LEARNING_RATE * mean / (Math.sqrt(square) + EPSILON);
  }
}
