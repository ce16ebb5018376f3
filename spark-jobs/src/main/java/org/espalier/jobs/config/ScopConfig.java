package org.espalier.jobs.config;

import java.util.Optional;
import org.espalier.prune.scop.Compatibility;
import org.espalier.prune.scop.Importance;
import org.espalier.prune.scop.Knockoff;
import org.espalier.prune.scop.ScopConfiguration;

/**
 * Pruning by SCOP.
 *
 * @param rate share of the channels to remove from each layer, in [0, 1)
 * @param epochs passes over the training images to learn the control factors, at least 1
 * @param batch real images a step and worker, at least 2
 * @param averagingInterval steps between two combinations of control factors, at least 1
 * @param learningRate of Adam, above 0
 * @param beta1 of Adam, in [0, 1)
 * @param beta2 of Adam, in [0, 1)
 * @param knockoff where knockoff images come from
 * @param knockoffPath folder of images made beforehand, given with {@link Knockoff#IMAGES}
 * @param importance what ranks the channels
 * @param compatibility whose semantics the run follows
 * @param recalibrate whether batch-norm statistics are recomputed after pruning
 * @param fineTune training of the slim network
 */
public record ScopConfig(
    double rate,
    int epochs,
    int batch,
    int averagingInterval,
    double learningRate,
    double beta1,
    double beta2,
    Knockoff knockoff,
    Optional<String> knockoffPath,
    Importance importance,
    Compatibility compatibility,
    boolean recalibrate,
    TrainingConfig fineTune) {

  static ScopConfig from(Section section) {
    Knockoff knockoff = section.choice("knockoff", Knockoff.class);
    if (knockoff == Knockoff.IMAGES && section.isNull("knockoffPath")) {
      throw section.error("knockoffPath", "must name a folder when scop.knockoff is images");
    }
    Compatibility compatibility = section.choice("compatibility", Compatibility.class);
    if (compatibility == Compatibility.GOLDEN_STICK && knockoff != Knockoff.PERMUTATION) {
      throw section.error(
          "knockoff", "must be permutation when scop.compatibility is golden-stick");
    }
    return new ScopConfig(
        section.number("rate", Interval.closedOpen(0, 1)),
        section.whole("epochs", 1),
        section.whole("batch", 2),
        section.whole("averagingInterval", 1),
        section.number("learningRate", Interval.above(0)),
        section.number("beta1", Interval.closedOpen(0, 1)),
        section.number("beta2", Interval.closedOpen(0, 1)),
        knockoff,
        knockoff == Knockoff.IMAGES ? section.existingPath("knockoffPath") : Optional.empty(),
        section.choice("importance", Importance.class),
        compatibility,
        section.flag("recalibrate"),
        TrainingConfig.from(section.section("fineTune")));
  }

  /** Returns the same as the algorithm takes it. */
  public ScopConfiguration algorithm(long seed) {
    return new ScopConfiguration(
        rate, seed, knockoff, epochs, learningRate, beta1, beta2, importance, compatibility);
  }
}
