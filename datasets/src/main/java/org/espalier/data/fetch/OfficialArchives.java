package org.espalier.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The data sets that can be downloaded, each from its official address.
 *
 * <p>Fetching one gives a folder that serves as {@code data.path}. What is there already is not
 * downloaded again.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of
public enum OfficialArchives {
  /** CIFAR-10, binary version, 170 MB. */
  CIFAR_10(
      "cifar10",
      "https://www.cs.toronto.edu/~kriz/",
      List.of(item("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")),
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin",
          "batches.meta.txt")),

  /** CIFAR-100, binary version, 169 MB. */
  CIFAR_100(
      "cifar100",
      "https://www.cs.toronto.edu/~kriz/",
      List.of(item("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8")),
      List.of("train.bin", "test.bin", "fine_label_names.txt")),

  /** MNIST, 12 MB, from the mirror that PyTorch keeps. */
  MNIST(
      "mnist",
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      List.of(
          item("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
          item("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
          item("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
          item("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c")),
      List.of());

  private final String format;
  private final URI base;
  private final ArchiveSet archives;

  OfficialArchives(String format, String base, List<ArchiveSet.Item> items, List<String> unpacked) {
    this.format = format;
    this.base = URI.create(base);
    this.archives = new ArchiveSet(items, unpacked);
  }

  private static ArchiveSet.Item item(String file, String md5) {
    return new ArchiveSet.Item(file, Checksum.md5(md5));
  }

  /**
   * Returns the archives of a format.
   *
   * @throws IllegalArgumentException when the format has none
   */
  public static OfficialArchives of(String format) {
    return Arrays.stream(values())
        .filter(archives -> archives.format.equals(format))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Cannot download data: the format must be one of "
                        + String.join(", ", Arrays.stream(values()).map(a -> a.format).toList())
                        + " ("
                        + format
                        + ")"));
  }

  /** Returns the name under which {@code Datasets} opens what was downloaded. */
  public String format() {
    return format;
  }

  /** Returns the folder, with a slash at its end, that the files come from. */
  public URI base() {
    return base;
  }

  /** Downloads and unpacks everything from the official address. */
  public void fetch(Path folder, Fetcher fetcher) throws IOException {
    fetch(folder, fetcher, base);
  }

  /**
   * Downloads and unpacks everything from a mirror; the checksums stay the official ones.
   *
   * @param folder the Hadoop path of the folder that receives the files
   * @param mirror the folder, with a slash at its end, that holds files of the same names
   */
  public void fetch(Path folder, Fetcher fetcher, URI mirror) throws IOException {
    archives.fetch(folder, fetcher, mirror);
  }
}
