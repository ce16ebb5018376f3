package org.espalier.data.cifar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.Slicing;

/** The checked files of one part of CIFAR-10 or CIFAR-100. */
final class CifarSet implements ImageSet {
  private final Cifar format;
  private final List<String> classNames;
  private final List<CifarFile> files;
  private final CorruptRecords corrupt;
  private final boolean skip;
  private final Slicing slicing;

  CifarSet(
      Cifar format,
      List<String> classNames,
      List<CifarFile> files,
      CorruptRecords corrupt,
      boolean skip) {
    this.format = format;
    this.classNames = classNames;
    this.files = files;
    this.corrupt = corrupt;
    this.skip = skip;
    this.slicing =
        new Slicing(
            files.stream().mapToLong(CifarFile::positions).sum(),
            files.stream().map(CifarFile::corrupt).flatMapToLong(Arrays::stream).toArray());
  }

  @Override
  public String name() {
    return format.format();
  }

  @Override
  public ImageShape shape() {
    return Cifar.SHAPE;
  }

  @Override
  public List<String> classNames() {
    return classNames;
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
      long from = bounds[i];
      long to = bounds[i + 1];
      List<CifarSlice.Run> runs = new ArrayList<>();
      for (CifarFile file : files) {
        long start = Math.max(from, file.first());
        long end = Math.min(to, file.first() + file.rows());
        if (start < end) {
          runs.add(new CifarSlice.Run(file.path(), start - file.first(), end - start, start));
        }
      }
      slices.add(new CifarSlice(format, runs, from, slicing.usable(from, to), skip));
    }
    return slices;
  }

  @Override
  public CorruptRecords corruptRecords() {
    return corrupt;
  }
}
