package org.espalier.spark.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageSlice;

/**
 * A slice of an image set on its way to an executor.
 *
 * <p>The slice itself travels as bytes of Java serialisation, whatever serialiser Spark is set to.
 */
final class SliceSource implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int number;
  private final int firstRank;
  private final byte[] slice;

  private SliceSource(int number, int firstRank, byte[] slice) {
    this.number = number;
    this.firstRank = firstRank;
    this.slice = slice;
  }

  /** Cuts a set. */
  static List<SliceSource> of(ImageSet set, int count) throws IOException {
    List<SliceSource> sources = new ArrayList<>();
    int rank = 0;
    for (ImageSlice slice : set.slices(count)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(slice);
      }
      sources.add(new SliceSource(sources.size(), rank, bytes.toByteArray()));
      rank = Math.addExact(rank, Math.toIntExact(slice.size()));
    }
    return sources;
  }

  /** Returns the slice's place among the slices. */
  int number() {
    return number;
  }

  /** Returns how many images come before the slice's first one. */
  int firstRank() {
    return firstRank;
  }

  /** Returns the slice. */
  ImageSlice slice() throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(slice))) {
      return (ImageSlice) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("Cannot read a slice: its class is not on the class path", e);
    }
  }
}
