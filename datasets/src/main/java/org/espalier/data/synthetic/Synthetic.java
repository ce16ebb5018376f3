package org.espalier.data.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataFiles;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.Part;
import org.espalier.data.Slicing;
import org.espalier.data.SyntheticSpec;

/**
 * Textured shapes on cluttered ground, drawn when they are read.
 *
 * <p>A class is a pair of shape and texture; place, size, turn, phase and all colours are random,
 * so neither a pixel's nor a colour's mean tells the class. Every class looks the same mirrored.
 * Image i has class i modulo the number of classes and depends on (seed, part, i) alone.
 */
public final class Synthetic {
  private Synthetic() {}

  /** Opens one part; it is all in the specification, so nothing can be missing. */
  public static ImageSet open(SyntheticSpec spec, Part part) {
    return new SyntheticSet(spec, part);
  }

  private record SyntheticSet(SyntheticSpec spec, Part part) implements ImageSet {
    @Override
    public String name() {
      return "synthetic";
    }

    @Override
    public ImageShape shape() {
      return new ImageShape(spec.height(), spec.width(), spec.channels());
    }

    @Override
    public List<String> classNames() {
      return DataFiles.numbers(spec.classes());
    }

    @Override
    public long size() {
      return part == Part.TRAIN ? spec.train() : spec.test();
    }

    @Override
    public List<ImageSlice> slices(int count) {
      long[] bounds = new Slicing(size()).bounds(count);
      List<ImageSlice> slices = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        slices.add(new SyntheticSlice(spec, part, bounds[i], bounds[i + 1] - bounds[i]));
      }
      return slices;
    }

    @Override
    public CorruptRecords corruptRecords() {
      return CorruptRecords.NONE;
    }
  }
}
