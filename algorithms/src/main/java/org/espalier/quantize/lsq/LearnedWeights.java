package org.espalier.quantize.lsq;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.Grids;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.espalier.quantize.layer.PositiveStep;
import org.espalier.quantize.layer.WeightQuantizer;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights on a grid around zero whose step is learned: parameter {@code step}, one number for the
 * layer, or one for each output channel.
 *
 * <p>With r = w / s, codes qmin to qmax, and N weights that share a step, the step's gradient is
 *
 * <pre>dL/ds = 1 / sqrt(N qmax) * sum of dL/dw^ * h,  h = rint(r) - r inside, else qmin or qmax
 * </pre>
 *
 * <p>and that of a weight passes strictly inside. The step starts from 2 mean|w| / sqrt(qmax); it
 * does not decay, and stays above zero. Codes are signed; at 8 bits the smallest is left out, so
 * that a negative factor of batch normalisation can be folded in.
 *
 * @param bits from 2 to 8
 * @param perChannel whether each output channel has a step of its own; the paper has one for all
 */
public record LearnedWeights(
    @JsonProperty("bits") int bits, @JsonProperty("perChannel") boolean perChannel)
    implements WeightQuantizer {
  /** The name of the steps. */
  public static final String STEP = "step";

  /** Checks the number of bits. */
  public LearnedWeights {
    CodeRange.signed(bits);
  }

  /** Returns the integers. */
  public CodeRange codes() {
    return bits == 8 ? CodeRange.narrow(8) : CodeRange.signed(bits);
  }

  @Override
  public boolean keepsWeights() {
    return true;
  }

  @Override
  public Map<String, Integer> parameters(int channels, int length) {
    return Map.of(STEP, perChannel ? channels : 1);
  }

  @Override
  public Map<String, double[]> initial(double[] weights, int channels) {
    int sharing = perChannel ? weights.length / channels : weights.length;
    double[] steps = new double[weights.length / sharing];
    for (int i = 0; i < weights.length; i++) {
      steps[i / sharing] += Math.abs(weights[i]);
    }
    double factor = 2 / Math.sqrt(codes().max()) / sharing;
    return Map.of(
        STEP,
        Arrays.stream(steps).map(sum -> Math.max(PositiveStep.SMALLEST, factor * sum)).toArray());
  }

  @Override
  public double[] effective(Latent latent, Moment moment) {
    return integers(latent).values();
  }

  @Override
  public void backward(Latent latent, Moment moment, double[] gradient, Map<String, double[]> own) {
    CodeRange codes = codes();
    Grids grids = grids(latent);
    double[] steps = own.get(STEP);
    double[] weights = latent.weights();
    int sharing = weights.length / steps.length;
    int length = weights.length / latent.channels();
    double scale = 1 / Math.sqrt((double) sharing * codes.max());
    for (int i = 0; i < weights.length; i++) {
      double ratio = (float) weights[i] / grids.channels()[i / length].scale();
      boolean inside = ratio > codes.min() && ratio < codes.max();
      double h =
          inside ? Math.rint(ratio) - ratio : ratio <= codes.min() ? codes.min() : codes.max();
      steps[i / sharing] += scale * gradient[i] * h;
      if (!inside) {
        gradient[i] = 0;
      }
    }
  }

  @Override
  public IntegerWeights integers(Latent latent) {
    return grids(latent).integers(latent.weights(), codes());
  }

  private Grids grids(Latent latent) {
    return Grids.withSteps(latent.parameter(STEP), latent.channels(), codes());
  }

  @Override
  public Set<String> positive() {
    return Set.of(STEP);
  }

  @Override
  public boolean decays(String parameter) {
    return false;
  }
}
