package org.espalier.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Finds files for the formats, with one clear sentence where something is missing. */
public final class DataFiles {
  private DataFiles() {}

  /**
   * Returns the folder of a data set.
   *
   * @throws DataException when the path is empty, names an unknown file system, does not exist or
   *     is not a folder
   */
  public static FileStatus folder(DataSpec spec, Configuration hadoop) throws IOException {
    if (spec.path().isBlank()) {
      throw new DataException(
          "Cannot open " + spec.format() + " data: data.path is empty; it must name a folder");
    }
    Path path = new Path(spec.path());
    FileStatus status;
    try {
      status = statusOrNull(path, hadoop);
    } catch (UnsupportedFileSystemException e) {
      throw new DataException(
          "Cannot open " + spec.format() + " data in " + path + ": " + e.getMessage(), e);
    }
    if (status == null) {
      throw new DataException("Cannot open " + spec.format() + " data: no such folder " + path);
    }
    if (!status.isDirectory()) {
      throw new DataException(
          "Cannot open " + spec.format() + " data: " + path + " is a file, it must be a folder");
    }
    return status;
  }

  /** Returns the status of a path, or null where nothing is there. */
  public static FileStatus statusOrNull(Path path, Configuration hadoop) throws IOException {
    try {
      return fileSystem(path, hadoop).getFileStatus(path);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /**
   * Returns the file system that a path's scheme names.
   *
   * <p>Local files are taken as they are: Hadoop's hidden {@code .crc} files are neither written
   * nor consulted, since each format checks its own files.
   */
  public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    FileSystem files = FileSystem.get(path.toUri(), hadoop);
    return files instanceof LocalFileSystem local ? local.getRaw() : files;
  }

  /**
   * Reads a list of class names, one a line, blank lines left out.
   *
   * @return exactly {@code count} names, or the numbers from 0 where there is no such file
   * @throws DataException when the file holds another number of names
   */
  public static List<String> classNames(Path file, int count, Configuration hadoop)
      throws IOException {
    if (statusOrNull(file, hadoop) == null) {
      return numbers(count);
    }
    List<String> names;
    try (FSDataInputStream in = fileSystem(file, hadoop).open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      names = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
    if (names.size() != count) {
      throw new DataException(
          String.format(
              "Cannot read class names from %s: it holds %d names, it must hold %d",
              file, names.size(), count));
    }
    return names;
  }

  /** Returns the names "0", "1", ... for classes without better ones. */
  public static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
