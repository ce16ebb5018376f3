package org.espalier.jobs.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.espalier.data.ImageShape;

/**
 * What an inspection looks at.
 *
 * @param against a file with another network, which exists; empty for none
 * @param kept the report of the job that compressed the network, which exists; empty for none
 * @param input the shape of an image; empty for the data's or the usual one
 * @param classes classes of a network whose file does not tell, at least 2; empty likewise
 * @param dump the files to write
 * @param dumpImages images of which activations are written, at least 1
 * @param profile whether the network is run on test images
 * @param layerAccuracy whether each layer's compression is measured alone
 */
public record InspectConfig(
    Optional<String> against,
    Optional<String> kept,
    Optional<ImageShape> input,
    OptionalInt classes,
    Set<DumpForm> dump,
    int dumpImages,
    boolean profile,
    boolean layerAccuracy) {

  /** Copies the set. */
  public InspectConfig {
    dump = Set.copyOf(dump);
  }

  static InspectConfig from(Section section) {
    if (section.isNull("against") && !section.isNull("kept")) {
      throw section.error("kept", "must be null where inspect.against is");
    }
    return new InspectConfig(
        ModelConfig.weights(section, "against"),
        section.existingPath("kept"),
        input(section),
        section.optionalWhole("classes", 2),
        Set.copyOf(section.choices("dump", DumpForm.class)),
        section.whole("dumpImages", 1),
        section.flag("profile"),
        section.flag("layerAccuracy"));
  }

  static Optional<ImageShape> input(Section section) {
    if (section.isNull("input")) {
      return Optional.empty();
    }
    List<Double> sizes = section.numbers("input", Interval.closed(1, 1 << 16));
    if (sizes.size() != 3 || sizes.stream().anyMatch(size -> size != Math.rint(size))) {
      throw section.error("input", "must be three whole numbers: rows, columns, channels");
    }
    return Optional.of(
        new ImageShape(sizes.get(0).intValue(), sizes.get(1).intValue(), sizes.get(2).intValue()));
  }
}
