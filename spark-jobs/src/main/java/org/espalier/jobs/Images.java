package org.espalier.jobs;

import java.io.IOException;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.data.CorruptRecords;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.LimitConfig;
import org.espalier.jobs.report.DataSummary;

/**
 * One part of a job's data, opened and checked without Spark.
 *
 * @param set the images used
 * @param available the number of images there are, limits aside
 */
record Images(ImageSet set, long available) {

  /**
   * Opens a part of the data.
   *
   * @throws IOException when files are missing or damaged, with a sentence for the user
   */
  static Images open(DataConfig config, Part part, Configuration hadoop) throws IOException {
    ImageSet whole = Datasets.open(config.spec(), part, hadoop);
    LimitConfig limits = config.limit();
    OptionalInt limit = part == Part.TRAIN ? limits.train() : limits.test();
    return new Images(limit.isPresent() ? whole.first(limit.getAsInt()) : whole, whole.size());
  }

  /** Returns the number of classes. */
  int classes() {
    return set.classNames().size();
  }

  /** Returns the type of an input that takes images of a shape as ours do, channels last. */
  static InputType inputType(ImageShape shape) {
    return InputType.convolutional(
        shape.height(), shape.width(), shape.channels(), CNN2DFormat.NHWC);
  }

  /** Returns what makes floats of training images: augmentation, then normalisation. */
  ImagePipeline training(DataConfig config) {
    return ImagePipeline.train(
        config.augment().pad(), config.augment().flip(), normalization(config));
  }

  /** Returns what makes floats of images that a network is measured on. */
  ImagePipeline evaluation(DataConfig config) {
    return ImagePipeline.evaluation(normalization(config));
  }

  /** Returns how pixels become floats. */
  Normalization normalization(DataConfig config) {
    return config.normalization().forChannels(set.shape().channels());
  }

  /**
   * Sums up what a job worked with.
   *
   * @param train the training images, or null
   * @param test the test images
   * @param read what proved corrupt on reading
   */
  static DataSummary summary(Images train, Images test, CorruptRecords read) {
    CorruptRecords corrupt = test.set.corruptRecords().plus(read);
    if (train != null) {
      corrupt = train.set.corruptRecords().plus(corrupt);
    }
    return new DataSummary(
        test.set.name(),
        train == null ? 0 : train.set.size(),
        test.set.size(),
        train == null ? 0 : train.available,
        test.available,
        corrupt.count(),
        corrupt.examples());
  }
}
