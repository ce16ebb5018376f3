package org.espalier.jobs.config;

import java.util.OptionalInt;
import org.espalier.nn.fused.Precision;

/**
 * How well a candidate of a search is got to know before it is judged.
 *
 * @param recalibrate training images from which batch normalisation takes its statistics anew, at
 *     least 2, or 0
 * @param epochs passes over the images, at least 0
 * @param images training images that a candidate is trained on, at least 2; empty for all
 * @param batch images a step, at least 2
 * @param learningRate above 0
 * @param momentum of Nesterov's kind, in [0, 1)
 * @param weightDecay L2 decay of all weights, at least 0
 * @param precision what training computes with
 * @param hopeless the accuracy below which a candidate is given up after its first epoch, in [0, 1)
 */
public record FidelityConfig(
    int recalibrate,
    int epochs,
    OptionalInt images,
    int batch,
    double learningRate,
    double momentum,
    double weightDecay,
    Precision precision,
    double hopeless) {

  /** Returns the same with other passes. */
  public FidelityConfig withEpochs(int other) {
    return trained(other, images);
  }

  /** Returns the same with other passes over other images. */
  FidelityConfig trained(int otherEpochs, OptionalInt otherImages) {
    return new FidelityConfig(
        recalibrate,
        otherEpochs,
        otherImages,
        batch,
        learningRate,
        momentum,
        weightDecay,
        precision,
        hopeless);
  }

  static FidelityConfig from(Section section) {
    int recalibrate = section.whole("recalibrate", 0);
    if (recalibrate == 1) {
      throw section.error("recalibrate", "must be 0, or at least 2");
    }
    OptionalInt images = section.optionalWhole("images", 2);
    int batch = section.whole("batch", 2);
    if (images.isPresent() && batch > images.getAsInt()) {
      throw section.error(
          "batch", "must be at most abc.fidelity.images (" + images.getAsInt() + ")");
    }
    return new FidelityConfig(
        recalibrate,
        section.whole("epochs", 0),
        images,
        batch,
        section.number("learningRate", Interval.above(0)),
        section.number("momentum", Interval.closedOpen(0, 1)),
        section.number("weightDecay", Interval.atLeast(0)),
        section.choice("precision", Precision.class),
        section.number("hopeless", Interval.closedOpen(0, 1)));
  }
}
