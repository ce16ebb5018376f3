package org.espalier.data.imagefolder;

import java.util.ArrayList;
import java.util.List;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.OnCorrupt;
import org.espalier.data.Slicing;

/** The listed files of one part of an image folder. */
final class FolderSet implements ImageSet {
  private final String folder;
  private final List<String> classNames;
  private final List<FolderSlice.Entry> entries;
  private final ImageShape shape;
  private final OnCorrupt onCorrupt;

  FolderSet(
      String folder,
      List<String> classNames,
      List<List<String>> filesOfClasses,
      ImageShape shape,
      OnCorrupt onCorrupt) {
    this.folder = folder;
    this.classNames = classNames;
    this.entries = inTurn(filesOfClasses);
    this.shape = shape;
    this.onCorrupt = onCorrupt;
  }

  private static List<FolderSlice.Entry> inTurn(List<List<String>> filesOfClasses) {
    int most = filesOfClasses.stream().mapToInt(List::size).max().orElse(0);
    List<FolderSlice.Entry> entries = new ArrayList<>();
    for (int round = 0; round < most; round++) {
      for (int label = 0; label < filesOfClasses.size(); label++) {
        List<String> files = filesOfClasses.get(label);
        if (round < files.size()) {
          entries.add(new FolderSlice.Entry(files.get(round), label));
        }
      }
    }
    return entries;
  }

  @Override
  public String name() {
    return "imagefolder";
  }

  @Override
  public ImageShape shape() {
    return shape;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public List<ImageSlice> slices(int count) {
    long[] bounds = new Slicing(entries.size()).bounds(count);
    List<ImageSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<FolderSlice.Entry> part =
          new ArrayList<>(entries.subList((int) bounds[i], (int) bounds[i + 1]));
      slices.add(new FolderSlice(folder, classNames, part, bounds[i], shape, onCorrupt));
    }
    return slices;
  }

  @Override
  public CorruptRecords corruptRecords() {
    return CorruptRecords.NONE;
  }
}
