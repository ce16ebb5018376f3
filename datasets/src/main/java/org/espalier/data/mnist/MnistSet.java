package org.espalier.data.mnist;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataFiles;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.Slicing;

/** One part of MNIST, its labels in memory. */
final class MnistSet implements ImageSet {
  private final String path;
  private final byte[] labels;
  private final long[] bad;
  private final CorruptRecords corrupt;
  private final Slicing slicing;

  MnistSet(String path, byte[] labels, int positions, long[] bad, CorruptRecords corrupt) {
    this.path = path;
    this.labels = Arrays.copyOf(labels, positions);
    for (long i : bad) {
      this.labels[(int) i] = MnistSlice.LEFT_OUT;
    }
    this.bad = bad;
    this.corrupt = corrupt;
    this.slicing = new Slicing(positions, this.bad);
  }

  @Override
  public String name() {
    return "mnist";
  }

  @Override
  public ImageShape shape() {
    return Mnist.SHAPE;
  }

  @Override
  public List<String> classNames() {
    return DataFiles.numbers(Mnist.CLASSES);
  }

  @Override
  public long size() {
    return slicing.size();
  }

  @Override
  public List<ImageSlice> slices(int count) {
    long[] bounds = slicing.bounds(count);
    List<ImageSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) bounds[i];
      int to = (int) bounds[i + 1];
      slices.add(
          new MnistSlice(
              path, Arrays.copyOfRange(labels, from, to), from, slicing.usable(from, to)));
    }
    return slices;
  }

  @Override
  public CorruptRecords corruptRecords() {
    return corrupt;
  }
}
