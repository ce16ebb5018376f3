package org.espalier.quantize.layer;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weights on grids that no longer change: what a network that was converted computes with.
 *
 * <p>Trained further, the weights learn by the straight-through estimator on these grids.
 */
public final class FixedWeights implements WeightQuantizer {
  private static final long serialVersionUID = 1L;

  private final int bits;
  private final CodeRange range;
  private final float[] scales;
  private final int[] zeroPoints;

  /**
   * Describes grids.
   *
   * @param bits the bits that there is information for, from 1 to 8
   * @param range the integers, which may be more
   * @param scales one for each output channel
   * @param zeroPoints one for each output channel
   */
  public FixedWeights(
      @JsonProperty("bits") int bits,
      @JsonProperty("range") CodeRange range,
      @JsonProperty("scales") float[] scales,
      @JsonProperty("zeroPoints") int[] zeroPoints) {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException(
          "Cannot quantise weights: the number of bits must be from 1 to 8 (" + bits + ")");
    }
    if (scales.length != zeroPoints.length) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot quantise weights: each scale needs a zero point (%d scales, %d zero points)",
              scales.length, zeroPoints.length));
    }
    this.bits = bits;
    this.range = range;
    this.scales = scales.clone();
    this.zeroPoints = zeroPoints.clone();
  }

  /** The grids of weights. */
  public static FixedWeights of(IntegerWeights weights) {
    return new FixedWeights(
        weights.bits(), weights.range(), weights.scales(), weights.zeroPoints());
  }

  /** Bits that there is information for. */
  @JsonProperty("bits")
  public int bits() {
    return bits;
  }

  /** The integers. */
  @JsonProperty("range")
  public CodeRange range() {
    return range;
  }

  /** One scale for each output channel. */
  @JsonProperty("scales")
  public float[] scales() {
    return scales.clone();
  }

  /** One zero point for each output channel. */
  @JsonProperty("zeroPoints")
  public int[] zeroPoints() {
    return zeroPoints.clone();
  }

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
    return integers(latent).values();
  }

  @Override
  public void backward(Latent latent, Moment moment, double[] gradient, Map<String, double[]> own) {
    grids().mask(latent.weights(), gradient);
  }

  @Override
  public IntegerWeights integers(Latent latent) {
    IntegerWeights weights = grids().integers(latent.weights(), range);
    return new IntegerWeights(bits, range, weights.codes(), scales(), zeroPoints());
  }

  private Grids grids() {
    Quantization[] grids = new Quantization[scales.length];
    for (int c = 0; c < grids.length; c++) {
      grids[c] = new Quantization(scales[c], zeroPoints[c], range);
    }
    return new Grids(grids);
  }

  @Override
  public Set<String> positive() {
    return Set.of();
  }

  @Override
  public boolean decays(String parameter) {
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedWeights that
        && bits == that.bits
        && range.equals(that.range)
        && Arrays.equals(scales, that.scales)
        && Arrays.equals(zeroPoints, that.zeroPoints);
  }

  @Override
  public int hashCode() {
    return Objects.hash(bits, range, Arrays.hashCode(scales), Arrays.hashCode(zeroPoints));
  }

  @Override
  public String toString() {
    return "FixedWeights(bits=" + bits + ", channels=" + scales.length + ")";
  }
}
