package org.espalier.data.mnist;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.SliceContent;

/**
 * Consecutive images of one idx file, with their labels.
 *
 * @param labels a label for each position; {@link #LEFT_OUT} for those that were found corrupt
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MnistSlice(String path, byte[] labels, long first, long size) implements ImageSlice {
  /** Stands in for the label of an image that is left out. */
  static final byte LEFT_OUT = -1;

  @Override
  public SliceContent read(Configuration hadoop) throws IOException {
    ImageShape shape = Mnist.SHAPE;
    List<LabeledImage> images = new ArrayList<>((int) size);
    if (size == 0) {
      return new SliceContent(images, CorruptRecords.NONE);
    }
    IdxFile file = IdxFile.open(new Path(path), 3, hadoop);
    try (DataInputStream in = file.values(hadoop)) {
      in.skipNBytes(first * shape.size());
      for (int i = 0; i < labels.length && images.size() < size; i++) {
        byte[] pixels = new byte[shape.size()];
        in.readFully(pixels);
        if (labels[i] != LEFT_OUT) {
          images.add(
              new LabeledImage(
                  pixels, shape.height(), shape.width(), shape.channels(), labels[i], first + i));
        }
      }
    } catch (EOFException e) {
      throw new DataException(
          "Cannot read idx file " + path + ": it became shorter since it was opened", e);
    }
    return new SliceContent(images, CorruptRecords.NONE);
  }
}
