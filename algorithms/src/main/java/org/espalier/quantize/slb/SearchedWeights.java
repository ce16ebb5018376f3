package org.espalier.quantize.slb;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.espalier.quantize.layer.PositiveStep;
import org.espalier.quantize.layer.WeightQuantizer;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights that are searched for among m = 2^bits values v = -1 ... 1 at equal distances.
 *
 * <p>Parameters: {@code logits}, m for each weight, and {@code scale}, one for the layer. In
 * training a weight is scale times the mixture of all values,
 *
 * <pre>w = sum of p v,  p = softmax(T a),  dw/da = T p (v - w)</pre>
 *
 * <p>with T from the {@link Temperature}; the gradient is exact, no straight-through estimator is
 * needed. At inference it is scale times the value with the largest logit, the first of them on a
 * tie: an odd integer from 1 - m to m - 1, times scale / (m - 1). The paper has no scale and relies
 * on the batch normalisation that follows; with it, a layer without one can be searched too, and
 * weights can start from trained ones: logits as far below 0 as a value is from a weight.
 *
 * @param bits 1, 2 or 4
 * @param temperature how mixtures harden
 */
public record SearchedWeights(
    @JsonProperty("bits") int bits, @JsonProperty("temperature") Temperature temperature)
    implements WeightQuantizer {
  /** The name of the logits, weight by weight, value by value. */
  public static final String LOGITS = "logits";

  /** The name of the scale. */
  public static final String SCALE = "scale";

  /** How much the logits of the nearest value and its neighbour differ at first. */
  private static final double CONTRAST = 2;

  /** Checks the number of bits. */
  public SearchedWeights {
    if (bits != 1 && bits != 2 && bits != 4) {
      throw new IllegalArgumentException(
          "Cannot search for weights: the number of bits must be 1, 2 or 4 (" + bits + ")");
    }
  }

  private int values() {
    return 1 << bits;
  }

  private double value(int i) {
    return (2 * i - (values() - 1)) / (double) (values() - 1);
  }

  /**
   * The largest value, in mean absolute weights, with which a normal distribution is rounded with
   * the least squared error; Max, Quantizing for minimum distortion, 1960, table II.
   */
  private double spread() {
    return switch (bits) {
      case 1 -> 1;
      case 2 -> 1.8724;
      default -> 3.1497;
    };
  }

  @Override
  public boolean keepsWeights() {
    return false;
  }

  @Override
  public Map<String, Integer> parameters(int channels, int length) {
    Map<String, Integer> parameters = new LinkedHashMap<>();
    parameters.put(LOGITS, Math.multiplyExact(channels * length, values()));
    parameters.put(SCALE, 1);
    return parameters;
  }

  @Override
  public Map<String, double[]> initial(double[] weights, int channels) {
    int m = values();
    double mean = Arrays.stream(weights).map(Math::abs).average().orElse(0);
    double scale = Math.max(PositiveStep.SMALLEST, spread() * mean);
    double distance = 2.0 / (m - 1);
    double[] logits = new double[weights.length * m];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < m; j++) {
        double steps = (weights[i] / scale - value(j)) / distance;
        logits[i * m + j] = -CONTRAST * steps * steps;
      }
    }
    return Map.of(LOGITS, logits, SCALE, new double[] {scale});
  }

  @Override
  public double[] effective(Latent latent, Moment moment) {
    double[] logits = latent.parameter(LOGITS);
    double scale = latent.parameter(SCALE)[0];
    double temperature = temperature().at(moment.epoch());
    double[] weights = new double[logits.length / values()];
    double[] p = new double[values()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = scale * mixture(logits, i, temperature, p);
    }
    return weights;
  }

  /** Fills p with the probabilities of the values of one weight, and returns their mean. */
  private double mixture(double[] logits, int weight, double temperature, double[] p) {
    int m = p.length;
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < m; j++) {
      largest = Math.max(largest, logits[weight * m + j]);
    }
    double sum = 0;
    for (int j = 0; j < m; j++) {
      p[j] = Math.exp(temperature * (logits[weight * m + j] - largest));
      sum += p[j];
    }
    double mean = 0;
    for (int j = 0; j < m; j++) {
      p[j] /= sum;
      mean += p[j] * value(j);
    }
    return mean;
  }

  @Override
  public void backward(Latent latent, Moment moment, double[] gradient, Map<String, double[]> own) {
    double[] logits = latent.parameter(LOGITS);
    double scale = latent.parameter(SCALE)[0];
    double temperature = temperature().at(moment.epoch());
    int m = values();
    double[] p = new double[m];
    for (int i = 0; i < gradient.length; i++) {
      double mean = mixture(logits, i, temperature, p);
      own.get(SCALE)[0] += gradient[i] * mean;
      double slope = gradient[i] * scale * temperature;
      for (int j = 0; j < m; j++) {
        own.get(LOGITS)[i * m + j] = slope * p[j] * (value(j) - mean);
      }
    }
  }

  @Override
  public IntegerWeights integers(Latent latent) {
    double[] logits = latent.parameter(LOGITS);
    int m = values();
    int[] codes = new int[logits.length / m];
    for (int i = 0; i < codes.length; i++) {
      int best = 0;
      for (int j = 1; j < m; j++) {
        best = logits[i * m + j] > logits[i * m + best] ? j : best;
      }
      codes[i] = 2 * best - (m - 1);
    }
    float[] scales = new float[latent.channels()];
    double scale = Math.max(PositiveStep.SMALLEST, latent.parameter(SCALE)[0]);
    Arrays.fill(scales, (float) (scale / (m - 1)));
    return new IntegerWeights(
        bits, CodeRange.narrow(bits + 1), codes, scales, new int[latent.channels()]);
  }

  @Override
  public Set<String> positive() {
    return Set.of(SCALE);
  }

  @Override
  public boolean decays(String parameter) {
    return parameter.equals(LOGITS);
  }
}
