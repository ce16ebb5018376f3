package org.espalier.jobs.quantize;

import java.util.List;
import org.espalier.quantize.network.QuantizedNetwork;

/**
 * The section {@code quantization} of a report. Accuracies are on the test images, or on images
 * held out where a search before chose by such.
 *
 * @param algorithm the algorithm and its settings in words
 * @param given accuracy of the network before, top-1
 * @param rounded accuracy with first grids, before training, top-1; NaN where there is no training
 * @param trained accuracy of the training form after training, top-1; NaN where there is none
 * @param deployed accuracy of the deployment form, top-1
 * @param floatBytes what the weights that were rounded took before, as float32
 * @param packedBytes what their integers take, packed, without scales and biases
 * @param images how many images the layers' numbers come from
 * @param layers the layers with integer weights, in order
 */
public record QuantizationReport(
    String algorithm,
    double given,
    double rounded,
    double trained,
    double deployed,
    long floatBytes,
    long packedBytes,
    long images,
    List<QuantizedLayerReport> layers) {

  /** Copies the list. */
  public QuantizationReport {
    layers = List.copyOf(layers);
  }

  /** Makes the section of a network that was trained in training form, or rounded without. */
  public static QuantizationReport of(
      String algorithm,
      double given,
      double rounded,
      double trained,
      double deployed,
      QuantizedNetwork network,
      long images,
      List<QuantizedLayerReport> layers) {
    long weights = layers.stream().mapToLong(QuantizedLayerReport::weights).sum();
    return new QuantizationReport(
        algorithm,
        given,
        rounded,
        trained,
        deployed,
        Float.BYTES * weights,
        network.packedBytes(),
        images,
        layers);
  }
}
