package org.espalier.data.cifar;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;
import org.espalier.data.DataSpec;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.OnCorrupt;
import org.espalier.data.Part;

/**
 * The two binary formats of A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
 * 2009 (<a href="https://www.cs.toronto.edu/~kriz/cifar.html">description</a>).
 *
 * <p>A row is one label byte (CIFAR-10) or a coarse and a fine one (CIFAR-100; the fine label is
 * the class), then 1,024 bytes each of red, green and blue. The number of rows of a file follows
 * from its size, and CIFAR-10's training folder may hold any of its five files.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of and Stream.toList
public enum Cifar {
  /** Ten classes; {@code data_batch_1.bin} to {@code data_batch_5.bin}, {@code test_batch.bin}. */
  CIFAR_10(
      "cifar10",
      "CIFAR-10",
      List.of(new LabelByte("label", 10)),
      IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList(),
      "test_batch.bin",
      "batches.meta.txt"),

  /** A hundred classes; {@code train.bin}, {@code test.bin}. */
  CIFAR_100(
      "cifar100",
      "CIFAR-100",
      List.of(new LabelByte("coarse label", 20), new LabelByte("fine label", 100)),
      List.of("train.bin"),
      "test.bin",
      "fine_label_names.txt");

  /** Every image's shape. */
  static final ImageShape SHAPE = new ImageShape(32, 32, 3);

  private static final int PLANE = 32 * 32;

  private final String format;
  private final String title;
  private final List<LabelByte> labels;
  private final List<String> trainFiles;
  private final String testFile;
  private final String namesFile;

  Cifar(
      String format,
      String title,
      List<LabelByte> labels,
      List<String> trainFiles,
      String testFile,
      String namesFile) {
    this.format = format;
    this.title = title;
    this.labels = labels;
    this.trainFiles = trainFiles;
    this.testFile = testFile;
    this.namesFile = namesFile;
  }

  /** A byte at the head of a row, and how many values it may take. */
  private record LabelByte(String name, int count) {}

  /**
   * Opens one part of the set, reading every row's labels once.
   *
   * @throws DataException when a file is missing, cut short or holds a label out of range
   */
  public ImageSet open(DataSpec spec, Part part, Configuration hadoop) throws IOException {
    Path folder = DataFiles.folder(spec, hadoop).getPath();
    CorruptRecords.Collector corrupt = new CorruptRecords.Collector(spec.onCorrupt());
    List<CifarFile> files = new ArrayList<>();
    long position = 0;
    for (FileStatus status : existing(folder, part, hadoop)) {
      CifarFile file = CifarFile.scan(this, status, position, corrupt, hadoop);
      files.add(file);
      position += file.positions();
    }
    List<String> names = DataFiles.classNames(new Path(folder, namesFile), classes(), hadoop);
    CifarSet set =
        new CifarSet(this, names, files, corrupt.records(), spec.onCorrupt() == OnCorrupt.SKIP);
    if (set.size() == 0) {
      throw new DataException(
          "Cannot open " + title + " data in " + folder + ": no usable row is left");
    }
    return set;
  }

  private List<FileStatus> existing(Path folder, Part part, Configuration hadoop)
      throws IOException {
    List<String> allowed = part == Part.TRAIN ? trainFiles : List.of(testFile);
    List<FileStatus> found = new ArrayList<>();
    for (String name : allowed) {
      FileStatus status = DataFiles.statusOrNull(new Path(folder, name), hadoop);
      if (status != null) {
        found.add(status);
      }
    }
    if (found.isEmpty()) {
      throw new DataException(
          String.format(
              "Cannot open %s data: %s holds none of the %s files (%s)",
              title, folder, part == Part.TRAIN ? "training" : "test", String.join(", ", allowed)));
    }
    return found;
  }

  String format() {
    return format;
  }

  String title() {
    return title;
  }

  int rowBytes() {
    return labels.size() + SHAPE.size();
  }

  int classes() {
    return labels.get(labels.size() - 1).count();
  }

  /** Returns the class of a row. */
  int label(byte[] row) {
    return row[labels.size() - 1] & 0xff;
  }

  /** Returns what is wrong with a row's labels, or null. */
  String fault(byte[] row) {
    for (int i = 0; i < labels.size(); i++) {
      LabelByte label = labels.get(i);
      int value = row[i] & 0xff;
      if (value >= label.count()) {
        return String.format(
            "its %s is %d, allowed is 0 to %d", label.name(), value, label.count() - 1);
      }
    }
    return null;
  }

  /** Returns a row's pixels, channels interleaved. */
  byte[] pixels(byte[] row) {
    byte[] pixels = new byte[SHAPE.size()];
    int red = labels.size();
    for (int i = 0; i < PLANE; i++) {
      pixels[3 * i] = row[red + i];
      pixels[3 * i + 1] = row[red + PLANE + i];
      pixels[3 * i + 2] = row[red + 2 * PLANE + i];
    }
    return pixels;
  }
}
