package org.espalier.data.mnist;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;
import org.espalier.data.DataSpec;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;

/**
 * MNIST (Y. LeCun, C. Cortes, C. Burges): 28x28 grey images of ten classes, under the official file
 * names, each plain or with {@code .gz} behind.
 */
public final class Mnist {
  static final ImageShape SHAPE = new ImageShape(28, 28, 1);
  static final int CLASSES = 10;

  private Mnist() {}

  /**
   * Opens one part, reading both files once.
   *
   * @throws DataException when a file is missing, a header is not that of 28x28 images or their
   *     labels, the numbers of images and labels differ, values are missing or left over, or a
   *     label is out of range
   */
  public static ImageSet open(DataSpec spec, Part part, Configuration hadoop) throws IOException {
    Path folder = DataFiles.folder(spec, hadoop).getPath();
    String stem = part == Part.TRAIN ? "train" : "t10k";
    IdxFile images = IdxFile.open(find(folder, stem + "-images-idx3-ubyte", hadoop), 3, hadoop);
    IdxFile labels = IdxFile.open(find(folder, stem + "-labels-idx1-ubyte", hadoop), 1, hadoop);
    checkHeaders(images, labels);
    CorruptRecords.Collector corrupt = new CorruptRecords.Collector(spec.onCorrupt());
    long expected = (long) images.count() * SHAPE.size();
    long pixels = images.available(expected, hadoop);
    byte[] values = read(labels, hadoop);
    List<Long> bad = new ArrayList<>();
    for (int i = 0; i < images.count(); i++) {
      String fault = fault(images, pixels, labels, values, i);
      if (fault != null) {
        corrupt.add(fault);
        bad.add((long) i);
      }
    }
    checkEnd(images, expected, pixels, corrupt);
    checkEnd(labels, labels.count(), values.length, corrupt);
    if (bad.size() == images.count()) {
      throw new DataException("Cannot open MNIST data in " + folder + ": no usable image is left");
    }
    return new MnistSet(
        images.path().toString(),
        values,
        images.count(),
        bad.stream().mapToLong(Long::longValue).toArray(),
        corrupt.records());
  }

  private static Path find(Path folder, String name, Configuration hadoop) throws IOException {
    for (String candidate : List.of(name, name + ".gz")) {
      Path path = new Path(folder, candidate);
      if (DataFiles.statusOrNull(path, hadoop) != null) {
        return path;
      }
    }
    throw new DataException(
        "Cannot open MNIST data: " + folder + " holds neither " + name + " nor " + name + ".gz");
  }

  private static void checkHeaders(IdxFile images, IdxFile labels) throws DataException {
    if (images.dimension(1) != SHAPE.height() || images.dimension(2) != SHAPE.width()) {
      throw new DataException(
          String.format(
              "Cannot read idx file %s: its header at byte 8 says %dx%d pixels, it must be 28x28",
              images.path(), images.dimension(1), images.dimension(2)));
    }
    if (images.count() != labels.count()) {
      throw new DataException(
          String.format(
              "Cannot open MNIST data: %s holds %d images but %s holds %d labels, they must be"
                  + " equal",
              images.path(), images.count(), labels.path(), labels.count()));
    }
  }

  /** Returns all labels that are there, and at most one byte more. */
  private static byte[] read(IdxFile labels, Configuration hadoop) throws IOException {
    long found = labels.available(labels.count(), hadoop);
    try (DataInputStream in = labels.values(hadoop)) {
      return in.readNBytes((int) found);
    }
  }

  /** Returns what is wrong with a record, or null. */
  private static String fault(
      IdxFile images, long pixels, IdxFile labels, byte[] values, int record) {
    if ((record + 1L) * SHAPE.size() > pixels) {
      return missing(images, (long) images.count() * SHAPE.size(), pixels, record);
    }
    if (record >= values.length) {
      return missing(labels, labels.count(), values.length, record);
    }
    int label = values[record] & 0xff;
    return label < CLASSES
        ? null
        : String.format(
            "Cannot read idx file %s: label %d at byte %d is %d, allowed is 0 to %d",
            labels.path(), record, labels.headerBytes() + record, label, CLASSES - 1);
  }

  private static String missing(IdxFile file, long expected, long found, int record) {
    return String.format(
        "Cannot read idx file %s: it ends at byte %d, its header promises %d bytes, record %d is"
            + " missing",
        file.path(), file.headerBytes() + found, file.headerBytes() + expected, record);
  }

  private static void checkEnd(
      IdxFile file, long expected, long found, CorruptRecords.Collector corrupt)
      throws DataException {
    if (found > expected) {
      corrupt.add(
          String.format(
              "Cannot read idx file %s: it goes on after the %d bytes that its header promises",
              file.path(), file.headerBytes() + expected));
    }
  }
}
