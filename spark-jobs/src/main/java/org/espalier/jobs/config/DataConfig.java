package org.espalier.jobs.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.OnCorrupt;
import org.espalier.data.SyntheticSpec;

/**
 * The images: where they are and how they reach the network.
 *
 * @param format one of {@link Datasets#formats()}
 * @param path folder with the files, which exists; empty only for synthetic images
 * @param onCorrupt what happens with corrupt records
 * @param height rows to which an image folder's photographs are brought; empty for the format's own
 * @param width columns to which they are brought; empty for the format's own
 * @param limit how many images are used, where not all are
 * @param normalization what is taken from a pixel and by what it is divided
 * @param augment random changes to training images
 * @param synthetic what images the code draws, for synthetic ones
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
    SyntheticSpec synthetic) {
  private static final String SYNTHETIC = "synthetic";

  static DataConfig from(Section section) {
    String format = section.oneOf("format", Datasets.formats());
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
        synthetic(section.section("synthetic")));
  }

  private static SyntheticSpec synthetic(Section section) {
    int classes = section.whole("classes", 2);
    if (classes > 100) {
      throw section.error("classes", "must be a whole number of at most 100");
    }
    return new SyntheticSpec(
        section.seed("seed"),
        section.whole("train", 1),
        section.whole("test", 1),
        classes,
        section.whole("height", 16),
        section.whole("width", 16),
        Integer.parseInt(section.oneOf("channels", List.of("1", "3"))),
        section.number("difficulty", Interval.closed(0, 4)));
  }

  /** Returns the same as {@link Datasets#open} takes it. */
  public DataSpec spec() {
    return new DataSpec(
        format, path.orElse(""), onCorrupt, height.orElse(0), width.orElse(0), synthetic);
  }
}
