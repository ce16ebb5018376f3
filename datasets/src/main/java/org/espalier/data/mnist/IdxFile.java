package org.espalier.data.mnist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;

/**
 * An idx file of unsigned bytes: two zero bytes, the type 8, the number of dimensions, each
 * dimension as a big-endian integer, then the values. A name that ends in {@code .gz} is inflated.
 */
final class IdxFile {
  private static final int BUFFER = 1 << 18;

  private final Path path;
  private final int[] dimensions;

  private IdxFile(Path path, int[] dimensions) {
    this.path = path;
    this.dimensions = dimensions;
  }

  /**
   * Reads the header.
   *
   * @param rank the number of dimensions that the file must have
   */
  static IdxFile open(Path path, int rank, Configuration hadoop) throws IOException {
    try (DataInputStream in = stream(path, hadoop)) {
      int magic = in.readInt();
      int expected = 0x800 | rank;
      if (magic != expected) {
        throw new DataException(
            String.format(
                "Cannot read idx file %s: its magic number at byte 0 is 0x%08x, it must be 0x%08x"
                    + " (unsigned bytes, %d dimensions)",
                path, magic, expected, rank));
      }
      int[] dimensions = new int[rank];
      for (int i = 0; i < rank; i++) {
        dimensions[i] = in.readInt();
        if (dimensions[i] < 0) {
          throw new DataException(
              String.format(
                  "Cannot read idx file %s: dimension %d at byte %d is %d, it must not be negative",
                  path, i, 4 + 4 * i, dimensions[i]));
        }
      }
      return new IdxFile(path, dimensions);
    } catch (EOFException e) {
      throw new DataException(
          String.format(
              "Cannot read idx file %s: it ends within its header of %d bytes", path, 4 + 4 * rank),
          e);
    } catch (ZipException e) {
      throw new DataException(
          String.format("Cannot read idx file %s: it is not a gzip file", path), e);
    }
  }

  Path path() {
    return path;
  }

  int count() {
    return dimensions[0];
  }

  int dimension(int axis) {
    return dimensions[axis];
  }

  /** Returns a stream at the first value; the caller closes it. */
  DataInputStream values(Configuration hadoop) throws IOException {
    DataInputStream in = stream(path, hadoop);
    in.skipNBytes(headerBytes());
    return in;
  }

  int headerBytes() {
    return 4 + 4 * dimensions.length;
  }

  /**
   * Reads the values and returns how many there are.
   *
   * @return the number of bytes after the header; more than {@code limit} reads as limit + 1
   */
  long available(long limit, Configuration hadoop) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long read = 0;
    try (DataInputStream in = values(hadoop)) {
      while (read <= limit) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, limit + 1 - read));
        if (n < 0) {
          break;
        }
        read += n;
      }
    } catch (EOFException e) {
      return read;
    } catch (ZipException e) {
      throw corrupt(path, read, e);
    }
    return read;
  }

  static DataException corrupt(Path path, long read, ZipException cause) {
    return new DataException(
        String.format(
            "Cannot read idx file %s: its gzip stream is corrupt after %d values (%s)",
            path, read, cause.getMessage()),
        cause);
  }

  private static DataInputStream stream(Path path, Configuration hadoop) throws IOException {
    List<InputStream> opened = new ArrayList<>();
    try {
      InputStream raw = DataFiles.fileSystem(path, hadoop).open(path);
      opened.add(raw);
      InputStream plain = path.getName().endsWith(".gz") ? new GZIPInputStream(raw, BUFFER) : raw;
      return new DataInputStream(new BufferedInputStream(plain, BUFFER));
    } catch (IOException e) {
      for (InputStream in : opened) {
        in.close();
      }
      throw e;
    }
  }
}
