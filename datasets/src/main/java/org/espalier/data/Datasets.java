package org.espalier.data;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.cifar.Cifar;
import org.espalier.data.imagefolder.ImageFolder;
import org.espalier.data.mnist.Mnist;
import org.espalier.data.synthetic.Synthetic;

/** Opens data sets by the name of their format. */
public final class Datasets {
  private static final List<String> FORMATS =
      List.of("cifar10", "cifar100", "mnist", "imagefolder", "synthetic");

  private Datasets() {}

  /** Returns the names of the formats that {@link #open} knows. */
  public static List<String> formats() {
    return FORMATS;
  }

  /**
   * Opens a part of a data set and checks as much as can be checked without decoding photographs.
   *
   * <p>Missing files, sizes, headers and labels are checked here, once, by reading sequentially;
   * photographs of an image folder are decoded, and so checked, when their slice is read.
   *
   * @param spec which data set
   * @param part which part of it
   * @param hadoop how file systems are reached
   * @throws DataException when files are missing, when a record is corrupt under {@link
   *     OnCorrupt#FAIL}, or when no usable image is left
   * @throws IllegalArgumentException when the format is unknown
   */
  public static ImageSet open(DataSpec spec, Part part, Configuration hadoop) throws IOException {
    return switch (spec.format()) {
      case "cifar10" -> Cifar.CIFAR_10.open(spec, part, hadoop);
      case "cifar100" -> Cifar.CIFAR_100.open(spec, part, hadoop);
      case "mnist" -> Mnist.open(spec, part, hadoop);
      case "imagefolder" -> ImageFolder.open(spec, part, hadoop);
      case "synthetic" -> Synthetic.open(spec.synthetic(), part);
      default ->
          throw new IllegalArgumentException(
              "Cannot open data: unknown format, supported are "
                  + String.join(", ", FORMATS)
                  + " ("
                  + spec.format()
                  + ")");
    };
  }
}
