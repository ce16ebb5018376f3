package org.espalier.jobs.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The images: where they are and how they reach the network.
 *
 * @param format one of {@link #FORMATS}
 * @param path folder with the files, which exists; empty only for synthetic images
 * @param onCorrupt what happens with corrupt records
 * @param height rows to which an image folder's photographs are brought; empty for the format's own
 * @param width columns to which they are brought; empty for the format's own
 */
public record DataConfig(
    String format,
    Optional<String> path,
    OnCorrupt onCorrupt,
    OptionalInt height,
    OptionalInt width,
    LimitConfig limit,
    NormalizationConfig normalization,
    AugmentConfig augment,
    SyntheticConfig synthetic) {
  /** The formats' names. */
  public static final List<String> FORMATS =
      List.of("cifar10", "cifar100", "mnist", "imagefolder", "synthetic");

  private static final String SYNTHETIC = "synthetic";

  static DataConfig from(Section section) {
    String format = section.oneOf("format", FORMATS);
    if (!format.equals(SYNTHETIC) && section.isNull("path")) {
      throw section.error("path", "must name the folder of the " + format + " data");
    }
    return new DataConfig(
        format,
        format.equals(SYNTHETIC) ? Optional.empty() : section.existingPath("path"),
        section.choice("onCorrupt", OnCorrupt.class),
        section.optionalWhole("height", 1),
        section.optionalWhole("width", 1),
        LimitConfig.from(section.section("limit")),
        NormalizationConfig.from(section.section("normalization")),
        AugmentConfig.from(section.section("augment")),
        SyntheticConfig.from(section.section("synthetic")));
  }
}
