package org.espalier.data.cifar;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.SliceContent;

/**
 * Runs of rows in one or more files.
 *
 * @param skip whether rows with a label out of range are left out; they were counted on opening
 */
record CifarSlice(Cifar format, List<Run> runs, long first, long size, boolean skip)
    implements ImageSlice {
  private static final int BUFFER = 1 << 18;

  CifarSlice {
    runs = List.copyOf(runs);
  }

  /**
   * Consecutive rows of one file.
   *
   * @param firstRow the run's first row in the file
   * @param rows how many there are
   * @param index the position, in the whole set, of the first
   */
  record Run(String path, long firstRow, long rows, long index) implements Serializable {}

  @Override
  public SliceContent read(Configuration hadoop) throws IOException {
    List<LabeledImage> images = new ArrayList<>((int) size);
    for (Run run : runs) {
      read(run, images, hadoop);
    }
    return new SliceContent(images, CorruptRecords.NONE);
  }

  private void read(Run run, List<LabeledImage> images, Configuration hadoop) throws IOException {
    ImageShape shape = Cifar.SHAPE;
    byte[] row = new byte[format.rowBytes()];
    Path path = new Path(run.path());
    try (FSDataInputStream raw = DataFiles.fileSystem(path, hadoop).open(path)) {
      raw.seek(run.firstRow() * format.rowBytes());
      DataInputStream in = new DataInputStream(new BufferedInputStream(raw, BUFFER));
      for (long i = 0; i < run.rows(); i++) {
        in.readFully(row);
        String fault = format.fault(row);
        if (fault == null) {
          images.add(
              new LabeledImage(
                  format.pixels(row),
                  shape.height(),
                  shape.width(),
                  shape.channels(),
                  format.label(row),
                  run.index() + i));
        } else if (!skip) {
          throw new DataException(
              CifarFile.sentence(format, run.path(), run.firstRow() + i, fault));
        }
      }
    } catch (EOFException e) {
      throw new DataException(
          String.format(
              "Cannot read %s file %s: it became shorter since it was opened",
              format.title(), run.path()),
          e);
    }
  }
}
