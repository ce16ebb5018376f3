package org.espalier.jobs.config;

import java.util.OptionalInt;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.ptq.BiasCorrection;
import org.espalier.quantize.ptq.PtqConfiguration;

/**
 * Rounding after training.
 *
 * @param settings those of the algorithm
 * @param calibrationImages training images that show the ranges of activations, at least 1
 * @param sensitivityImages training images on which each layer is rounded alone, at least 0
 */
public record PtqConfig(PtqConfiguration settings, int calibrationImages, int sensitivityImages) {
  private static final int WIDEST = 8;

  static PtqConfig from(Section section) {
    int bits = section.whole("bits", 2, WIDEST);
    OptionalInt activationBits =
        section.isNull("activationBits")
            ? OptionalInt.empty()
            : OptionalInt.of(section.whole("activationBits", 2, WIDEST));
    RangeRule observer = section.choice("observer", RangeRule.class);
    PtqConfiguration settings =
        (activationBits.isPresent()
                ? PtqConfiguration.standard(bits, activationBits.getAsInt())
                : PtqConfiguration.weightsOnly(bits))
            .withEndBits(section.whole("endBits", 2, WIDEST))
            .withWeights(
                new WeightScheme(
                    bits,
                    section.flag("symmetric"),
                    section.flag("narrow"),
                    section.flag("perChannel")),
                section.flag("clipWeights"))
            .withClipping(observer.clipping())
            .withBiasCorrection(section.choice("biasCorrection", BiasCorrection.class))
            .withRoundingSteps(
                section.choice("rounding", Rounding.class) == Rounding.ADAPTIVE
                    ? section.whole("roundingSteps", 1)
                    : 0);
    return new PtqConfig(
        section.flag("equalization") ? settings.withEqualization() : settings,
        section.section("calibration").whole("images", 1),
        section.section("sensitivity").whole("images", 0));
  }
}
