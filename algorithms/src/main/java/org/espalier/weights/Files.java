package org.espalier.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The few things that this package does with files: their length, writing beside and renaming,
 * reasons in words.
 */
final class Files {
  /** Writes a file's content. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private Files() {}

  /** A file's length in bytes; a directory or an absent file is a {@link WeightsException}. */
  static long length(FileSystem fileSystem, Path path) throws IOException {
    FileStatus status;
    try {
      status = fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new WeightsException("there is no such file", e);
    }
    if (status.isDirectory()) {
      throw new WeightsException("it is a directory");
    }
    return status.getLen();
  }

  /**
   * Writes a file under a temporary name in the same directory, then renames it, replacing what was
   * there.
   */
  static void write(Path path, Configuration configuration, Content content)
      throws WeightsException {
    Path temporary = new Path(path.getParent(), "." + path.getName() + ".part");
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      try (OutputStream out = fileSystem.create(temporary, true)) {
        content.writeTo(out);
      } catch (IOException e) {
        fileSystem.delete(temporary, false);
        throw e;
      }
      replace(fileSystem, temporary, path);
    } catch (IOException e) {
      throw new WeightsException("Cannot write weights to " + path + ": " + reason(e), e);
    }
  }

  /**
   * Renames onto a file; some file systems refuse a target that exists, so that it has to go first.
   */
  private static void replace(FileSystem fileSystem, Path from, Path to) throws IOException {
    if (fileSystem.exists(to) && fileSystem.getFileStatus(to).isDirectory()) {
      fileSystem.delete(from, false);
      throw new WeightsException("it is a directory");
    }
    if (fileSystem.rename(from, to)) {
      return;
    }
    fileSystem.delete(to, false);
    if (!fileSystem.rename(from, to)) {
      throw new WeightsException("the file system refused to rename " + from);
    }
  }

  /** What an exception says, on one line; its kind where it says nothing. */
  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
