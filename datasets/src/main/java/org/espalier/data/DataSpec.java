package org.espalier.data;

import java.io.Serializable;
import java.util.Objects;

/**
 * Which data set, where, and how to treat what is wrong with it.
 *
 * @param format one of {@link Datasets#formats()}
 * @param path a Hadoop path to the folder that holds the files ({@code file:}, {@code hdfs:},
 *     {@code s3a:}); empty for {@code synthetic}
 * @param onCorrupt what happens with corrupt records
 * @param height rows to which an image folder's photographs are brought; 0 takes the format's own
 * @param width columns to which an image folder's photographs are brought; 0 takes the format's own
 * @param synthetic what the {@code synthetic} format draws; other formats ignore it
 */
public record DataSpec(
    String format, String path, OnCorrupt onCorrupt, int height, int width, SyntheticSpec synthetic)
    implements Serializable {

  /** Checks that everything is given and no extent is negative. */
  public DataSpec {
    Objects.requireNonNull(format, "Cannot describe data: format is missing");
    Objects.requireNonNull(path, "Cannot describe data: path is missing");
    Objects.requireNonNull(onCorrupt, "Cannot describe data: onCorrupt is missing");
    Objects.requireNonNull(synthetic, "Cannot describe data: synthetic is missing");
    if (height < 0 || width < 0) {
      throw new IllegalArgumentException(
          "Cannot describe data: height and width must not be negative ("
              + height
              + "x"
              + width
              + ")");
    }
  }

  /** Describes files of a format in a folder; a corrupt record is fatal. */
  public static DataSpec of(String format, String path) {
    return new DataSpec(format, path, OnCorrupt.FAIL, 0, 0, SyntheticSpec.DEFAULT);
  }

  /** Describes images drawn by code. */
  public static DataSpec of(SyntheticSpec synthetic) {
    return new DataSpec("synthetic", "", OnCorrupt.FAIL, 0, 0, synthetic);
  }

  /** Returns the same with another policy for corrupt records. */
  public DataSpec withOnCorrupt(OnCorrupt policy) {
    return new DataSpec(format, path, policy, height, width, synthetic);
  }

  /** Returns the same with another size for an image folder's photographs. */
  public DataSpec withSize(int newHeight, int newWidth) {
    return new DataSpec(format, path, onCorrupt, newHeight, newWidth, synthetic);
  }
}
