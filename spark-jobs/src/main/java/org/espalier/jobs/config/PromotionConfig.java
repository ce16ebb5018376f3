package org.espalier.jobs.config;

import java.util.OptionalInt;

/**
 * The best codes of a search that are judged once more, and more carefully, before the finalists
 * are chosen among them.
 *
 * @param codes how many; 0 for none
 * @param epochs passes over the images, at least 0
 * @param images training images that each is trained on, at least 2; empty for all
 */
public record PromotionConfig(int codes, int epochs, OptionalInt images) {

  static PromotionConfig from(Section section, int finalists) {
    int codes = section.whole("codes", 0);
    if (codes > 0 && finalists == 0) {
      throw section.error("codes", "must be 0 when abc.finalists.codes is");
    }
    if (codes > 0 && codes < finalists) {
      throw section.error(
          "codes", "must be 0, or at least abc.finalists.codes (" + finalists + ")");
    }
    return new PromotionConfig(
        codes, section.whole("epochs", 0), section.optionalWhole("images", 2));
  }

  /** Returns how a promoted code is got to know, else as others are. */
  public FidelityConfig of(FidelityConfig other) {
    return other.trained(epochs, images);
  }
}
