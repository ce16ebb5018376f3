package org.espalier.quantize.simqat;

import java.util.Map;
import java.util.Set;
import org.espalier.quantize.layer.Grids;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.espalier.quantize.layer.WeightQuantizer;
import org.espalier.quantize.layer.WeightScheme;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights on grids that cover their present range; the range itself gets no gradient.
 *
 * <p>Nothing lies outside a symmetric narrow grid, and all gradients pass: whether the largest
 * weight is above the largest number of the grid would be a matter of the last bit. Other grids
 * leave out the ends by up to half a step.
 *
 * @param scheme the kind of grid
 * @param delay the first iteration of training that rounds; inference always does
 */
public record RangeWeights(
    @JsonProperty("scheme") WeightScheme scheme, @JsonProperty("delay") int delay)
    implements WeightQuantizer {
  @Override
  public boolean keepsWeights() {
    return true;
  }

  @Override
  public Map<String, Integer> parameters(int channels, int length) {
    return Map.of();
  }

  @Override
  public Map<String, double[]> initial(double[] weights, int channels) {
    return Map.of();
  }

  @Override
  public double[] effective(Latent latent, Moment moment) {
    return moment.iteration() < delay ? latent.weights() : integers(latent).values();
  }

  @Override
  public void backward(Latent latent, Moment moment, double[] gradient, Map<String, double[]> own) {
    boolean covering = scheme.symmetric() && scheme.narrow();
    if (moment.iteration() >= delay && !covering) {
      grids(latent).mask(latent.weights(), gradient);
    }
  }

  @Override
  public IntegerWeights integers(Latent latent) {
    return grids(latent).integers(latent.weights(), scheme.codes());
  }

  private Grids grids(Latent latent) {
    return Grids.covering(latent.weights(), latent.channels(), scheme.perChannel(), scheme::grid);
  }

  @Override
  public Set<String> positive() {
    return Set.of();
  }

  @Override
  public boolean decays(String parameter) {
    return false;
  }
}
