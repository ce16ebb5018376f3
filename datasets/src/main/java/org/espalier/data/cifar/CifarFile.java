package org.espalier.data.cifar;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataFiles;

/**
 * One file of rows, checked.
 *
 * @param path its Hadoop path
 * @param first the position, in the whole set, of its first row
 * @param rows the number of whole rows
 * @param positions the number of positions it takes: its rows and, if it is cut short, one more
 * @param corrupt the positions, in the whole set, that hold no usable row, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CifarFile(String path, long first, long rows, long positions, long[] corrupt)
    implements Serializable {
  private static final int BUFFER = 1 << 20;

  static CifarFile scan(
      Cifar format,
      FileStatus status,
      long first,
      CorruptRecords.Collector corrupt,
      Configuration hadoop)
      throws IOException {
    int rowBytes = format.rowBytes();
    long rows = status.getLen() / rowBytes;
    long rest = status.getLen() % rowBytes;
    if (status.getLen() == 0) {
      corrupt.add(
          String.format("Cannot read %s file %s: it is empty", format.title(), status.getPath()));
    }
    if (rest != 0) {
      corrupt.add(
          String.format(
              "Cannot read %s file %s: its size of %d bytes is not a multiple of a row's %d bytes,"
                  + " row %d at byte %d is cut short by %d bytes",
              format.title(),
              status.getPath(),
              status.getLen(),
              rowBytes,
              rows,
              rows * rowBytes,
              rowBytes - rest));
    }
    LongStream.Builder bad = LongStream.builder();
    byte[] row = new byte[rowBytes];
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                DataFiles.fileSystem(status.getPath(), hadoop).open(status.getPath()), BUFFER))) {
      for (long i = 0; i < rows; i++) {
        in.readFully(row);
        String fault = format.fault(row);
        if (fault != null) {
          corrupt.add(sentence(format, status.getPath().toString(), i, fault));
          bad.add(first + i);
        }
      }
    }
    long[] positions = bad.build().toArray();
    if (rest != 0) {
      positions = Arrays.copyOf(positions, positions.length + 1);
      positions[positions.length - 1] = first + rows;
    }
    return new CifarFile(
        status.getPath().toString(), first, rows, rest == 0 ? rows : rows + 1, positions);
  }

  static String sentence(Cifar format, String path, long row, String fault) {
    return String.format(
        "Cannot read %s file %s: row %d at byte %d is corrupt, %s",
        format.title(), path, row, row * format.rowBytes(), fault);
  }
}
