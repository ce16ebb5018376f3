package org.espalier.jobs.config;

import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.data.ImageShape;

/**
 * How a network becomes an ONNX file.
 *
 * @param calibration training images from which the ranges of activations are taken to write a
 *     network that is not quantised in integers; 0 to write it in float32
 * @param reduceRange whether integer weights are held to 7 bits
 * @param foldBatchNorm whether batch normalisation goes into the convolutions of a float32 network
 * @param input the shape of an image; empty for the data's or the usual one
 * @param classes classes of a network whose file does not tell, at least 2; empty likewise
 */
public record ExportConfig(
    int calibration,
    boolean reduceRange,
    boolean foldBatchNorm,
    Optional<ImageShape> input,
    OptionalInt classes) {

  static ExportConfig from(Section section) {
    return new ExportConfig(
        section.whole("calibration", 0),
        section.flag("reduceRange"),
        section.flag("foldBatchNorm"),
        InspectConfig.input(section),
        section.optionalWhole("classes", 2));
  }
}
