package org.espalier.data.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.io.IOUtils;

/**
 * Writes files beside their place and renames them, so that a reader finds the old one or the new
 * one, never half of one.
 *
 * <p>Renaming over an existing file is atomic where the file system can do it (local, HDFS); an
 * object store replaces the object.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Writer {
    /** Writes everything to the stream; closing it is the caller's. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Returns the file system of a path, for the local one without checksum files.
   *
   * @throws IOException when there is no such file system
   */
  public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /**
   * Writes a file, replacing the one that is there.
   *
   * <p>Where writing fails, the old file stays and nothing else is left behind.
   */
  public static void write(Path target, Configuration hadoop, Writer writer) throws IOException {
    FileSystem files = fileSystem(target, hadoop);
    Path temporary =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      FSDataOutputStream out = files.create(temporary, true);
      try {
        writer.writeTo(out);
        out.hsync();
      } catch (IOException | RuntimeException e) {
        // HDFS throws the same exception again, which try-with-resources cannot take.
        IOUtils.closeStream(out);
        throw e;
      }
      out.close();
      replace(files, temporary, target, hadoop);
    } finally {
      files.delete(temporary, false);
    }
  }

  /** Writes a text in UTF-8, replacing the file that is there. */
  public static void write(Path target, Configuration hadoop, String text) throws IOException {
    write(target, hadoop, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Renames a file within its file system, replacing the one that is there. */
  public static void move(Path from, Path to, Configuration hadoop) throws IOException {
    replace(fileSystem(to, hadoop), from, to, hadoop);
  }

  /** Reads a text in UTF-8. */
  public static String read(Path source, Configuration hadoop) throws IOException {
    try (var in = fileSystem(source, hadoop).open(source)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void replace(FileSystem files, Path from, Path to, Configuration hadoop)
      throws IOException {
    if (files instanceof RawLocalFileSystem local) {
      Files.move(
          local.pathToFile(from).toPath(),
          local.pathToFile(to).toPath(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      // A checksum that another writer left beside the old file would refuse the new one.
      files.delete(new Path(to.getParent(), "." + to.getName() + ".crc"), false);
      return;
    }
    Path source = files.makeQualified(from);
    Path target = files.makeQualified(to);
    try {
      FileContext.getFileContext(target.toUri(), hadoop)
          .rename(source, target, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      files.delete(target, false);
      if (!files.rename(source, target)) {
        throw new IOException("Cannot rename " + source + " to " + target, e);
      }
    }
  }
}
