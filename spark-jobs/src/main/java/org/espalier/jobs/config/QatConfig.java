package org.espalier.jobs.config;

import java.util.OptionalInt;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.lsq.Lsq;
import org.espalier.quantize.lsq.LsqConfiguration;
import org.espalier.quantize.observe.RunningRange;
import org.espalier.quantize.simqat.Folding;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.quantize.simqat.SimQatConfiguration;
import org.espalier.quantize.slb.Slb;
import org.espalier.quantize.slb.SlbConfiguration;
import org.espalier.quantize.slb.Temperature;

/**
 * Training with rounded numbers.
 *
 * @param kind which algorithm
 * @param algorithm the same, set up
 * @param images training images from which the first ranges and steps are taken, at least 1
 * @param recalibrate whether batch normalisation is given the statistics that hard weights make,
 *     for SLB
 * @param fineTune the training
 */
public record QatConfig(
    QatAlgorithm kind,
    CompressionAlgorithm algorithm,
    int images,
    boolean recalibrate,
    TrainingConfig fineTune) {
  private static final int WIDEST = 8;

  static QatConfig from(Section section) {
    QatAlgorithm kind = section.choice("algorithm", QatAlgorithm.class);
    TrainingConfig fineTune = TrainingConfig.from(section.section("fineTune"));
    if (kind != QatAlgorithm.LSQ && !section.isNull("endBits")) {
      throw section.error("endBits", "must be null unless qat.algorithm is lsq");
    }
    return new QatConfig(
        kind,
        switch (kind) {
          case SIMQAT -> simqat(section);
          case LSQ -> lsq(section);
          case SLB -> slb(section, fineTune.epochs());
        },
        section.whole("images", 1),
        section.section("slb").flag("recalibrate"),
        fineTune);
  }

  private static SimQat simqat(Section section) {
    int bits = section.whole("bits", 2, WIDEST);
    CodeRange activations = CodeRange.unsigned(section.whole("activationBits", 2, WIDEST));
    Section own = section.section("simqat");
    WeightScheme weights =
        new WeightScheme(bits, own.flag("symmetric"), own.flag("narrow"), own.flag("perChannel"));
    Folding folding = own.choice("folding", Folding.class);
    if (folding == Folding.COMMUTING && !weights.commutes()) {
      throw own.error(
          "folding",
          "must be two-convolutions or one-convolution unless qat.simqat.symmetric, narrow and"
              + " perChannel are true");
    }
    return new SimQat(
        SimQatConfiguration.standard(bits)
            .withWeights(weights, folding)
            .withActivations(activations, own.flag("symmetricActivations"))
            .withObserver(
                new RunningRange(
                    own.choice("observer", RunningRange.Kind.class),
                    own.number("decay", Interval.closedOpen(0, 1))))
            .withDelays(own.whole("weightDelay", 0), own.whole("activationDelay", 0))
            .withFreezing(step(own, "observerFreeze", 1), step(own, "normalizationFreeze", 0)));
  }

  /** A step of training; one that none reaches for null. */
  private static int step(Section section, String key, int min) {
    return section.optionalWhole(key, min).orElse(Integer.MAX_VALUE);
  }

  private static Lsq lsq(Section section) {
    OptionalInt ends =
        section.isNull("endBits")
            ? OptionalInt.empty()
            : OptionalInt.of(section.whole("endBits", 2, WIDEST));
    return new Lsq(
        new LsqConfiguration(
            section.whole("bits", 2, WIDEST),
            section.whole("activationBits", 2, WIDEST),
            ends.orElse(WIDEST),
            section.section("lsq").flag("perChannel")));
  }

  private static Slb slb(Section section, int epochs) {
    int bits = section.whole("bits", 1);
    if (bits != 1 && bits != 2 && bits != 4) {
      throw section.error("bits", "must be 1, 2 or 4 when qat.algorithm is slb");
    }
    int activationBits = section.whole("activationBits", 2);
    if (activationBits > WIDEST && activationBits != SlbConfiguration.UNQUANTIZED) {
      throw section.error("activationBits", "must be from 2 to 8, or 32 to leave activations");
    }
    Section own = section.section("slb");
    return new Slb(
        new SlbConfiguration(
            bits,
            activationBits,
            temperature(own.section("temperature"), epochs),
            own.flag("searchFirst")));
  }

  private static Temperature temperature(Section section, int epochs) {
    double start = section.number("start", Interval.closed(0, 1));
    double end = section.number("end", Interval.closed(0, 1));
    if (end < start) {
      throw section.error("end", "must be at least qat.slb.temperature.start (" + start + ")");
    }
    return new Temperature(
        section.number("initial", Interval.above(0)),
        section.number("factor", Interval.atLeast(1)),
        (int) (epochs * start),
        (int) (epochs * end));
  }
}
