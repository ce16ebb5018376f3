package org.espalier.data.fetch;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;

/**
 * Unpacks the plain files of a gzipped tar archive (POSIX ustar or older) into one folder.
 *
 * <p>Folders inside the archive are left away, so nothing can be written outside the target. Each
 * file is written beside and renamed.
 */
final class Untar {
  private static final int BLOCK = 512;
  private static final int BUFFER = 1 << 16;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int OCTAL_BYTES = 12;
  private static final int CHECKSUM_BYTES = 8;

  private Untar() {}

  /**
   * Unpacks an archive.
   *
   * @return the paths of the files, in the archive's order
   * @throws DataException when a header is damaged or the archive ends early
   */
  static List<Path> extract(Path archive, Path folder, Configuration hadoop) throws IOException {
    FileSystem target = DataFiles.fileSystem(folder, hadoop);
    List<Path> written = new ArrayList<>();
    try (InputStream raw = DataFiles.fileSystem(archive, hadoop).open(archive);
        DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER))) {
      byte[] header = new byte[BLOCK];
      for (in.readFully(header); header[0] != 0; in.readFully(header)) {
        checkHeader(archive, header);
        long size = octal(header, SIZE_AT, OCTAL_BYTES);
        char type = (char) header[TYPE_AT];
        if (type == '0' || type == 0) {
          Path path = new Path(folder, baseName(text(header, NAME_BYTES)));
          write(in, size, path, target);
          written.add(path);
        } else {
          in.skipNBytes(size);
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    } catch (EOFException e) {
      throw new DataException("Cannot unpack " + archive + ": the archive ends early", e);
    }
    return written;
  }

  private static void checkHeader(Path archive, byte[] header) throws DataException {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean field = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
      sum += field ? ' ' : header[i] & 0xff;
    }
    if (sum != octal(header, CHECKSUM_AT, CHECKSUM_BYTES)) {
      throw new DataException("Cannot unpack " + archive + ": a file header is damaged");
    }
  }

  private static void write(DataInputStream in, long size, Path path, FileSystem target)
      throws IOException {
    Path beside = new Path(path.getParent(), "_" + path.getName() + ".tmp");
    try (OutputStream out = target.create(beside, true)) {
      byte[] buffer = new byte[BUFFER];
      for (long left = size; left > 0; ) {
        int n = (int) Math.min(left, buffer.length);
        in.readFully(buffer, 0, n);
        out.write(buffer, 0, n);
        left -= n;
      }
    }
    target.delete(path, false);
    if (!target.rename(beside, path)) {
      throw new IOException("Cannot rename " + beside + " to " + path);
    }
  }

  private static String baseName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static String text(byte[] header, int limit) {
    int end = 0;
    while (end < limit && header[end] != 0) {
      end++;
    }
    return new String(header, 0, end, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] header, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      if (header[i] >= '0' && header[i] <= '7') {
        value = 8 * value + header[i] - '0';
      }
    }
    return value;
  }
}
