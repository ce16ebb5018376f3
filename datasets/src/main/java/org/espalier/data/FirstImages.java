package org.espalier.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The beginning of a set. */
final class FirstImages implements ImageSet {
  /**
   * Images to a piece; the pieces do not depend on how the set is cut, so neither do the images.
   */
  private static final int PIECE = 256;

  private final ImageSet whole;
  private final long size;

  FirstImages(ImageSet whole, long size) {
    this.whole = whole;
    this.size = Math.min(size, whole.size());
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public ImageShape shape() {
    return whole.shape();
  }

  @Override
  public List<String> classNames() {
    return whole.classNames();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public CorruptRecords corruptRecords() {
    return whole.corruptRecords();
  }

  @Override
  public List<ImageSlice> slices(int count) {
    int pieces = Math.toIntExact((whole.size() + PIECE - 1) / PIECE);
    List<ImageSlice> cut = whole.size() == 0 ? List.of() : whole.slices(pieces);
    long[] bounds = new Slicing(size).bounds(count);
    List<ImageSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Piece> parts = new ArrayList<>();
      long start = 0;
      for (ImageSlice piece : cut) {
        long from = Math.max(bounds[i], start);
        long to = Math.min(bounds[i + 1], start + piece.size());
        if (from < to) {
          parts.add(new Piece(piece, (int) (from - start), (int) (to - start)));
        }
        start += piece.size();
      }
      slices.add(new Slice(bounds[i], bounds[i + 1] - bounds[i], parts));
    }
    return slices;
  }

  /** The usable images of ranks {@code [from, to)} of a slice. */
  private record Piece(ImageSlice slice, int from, int to) implements java.io.Serializable {}

  private record Slice(long first, long size, List<Piece> pieces) implements ImageSlice {
    @Override
    public SliceContent read(Configuration hadoop) throws IOException {
      List<LabeledImage> images = new ArrayList<>();
      CorruptRecords corrupt = CorruptRecords.NONE;
      for (Piece piece : pieces) {
        SliceContent content = piece.slice().read(hadoop);
        List<LabeledImage> read = content.images();
        images.addAll(
            read.subList(Math.min(piece.from(), read.size()), Math.min(piece.to(), read.size())));
        corrupt = corrupt.plus(content.corrupt());
      }
      return new SliceContent(images, corrupt);
    }
  }
}
