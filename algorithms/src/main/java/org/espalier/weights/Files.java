package org.espalier.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.files.AtomicFiles;

/** The few things that this package does with files: their length, writing, reasons in words. */
final class Files {
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

  /** Writes a file whole or not at all, replacing what was there. */
  static void write(Path path, Configuration configuration, AtomicFiles.Writer content)
      throws WeightsException {
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      if (fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory()) {
        throw new WeightsException("it is a directory");
      }
      AtomicFiles.write(path, configuration, content);
    } catch (IOException e) {
      throw new WeightsException("Cannot write weights to " + path + ": " + reason(e), e);
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
