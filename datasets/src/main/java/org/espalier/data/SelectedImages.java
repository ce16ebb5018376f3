package org.espalier.data;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Some images of a set, by their ranks in it. */
final class SelectedImages implements ImageSet {
  /**
   * Images to a piece; the pieces do not depend on how the set is cut, so neither do the images.
   */
  private static final int PIECE = 256;

  private final ImageSet whole;
  private final int[] ranks;

  /**
   * Selects.
   *
   * @param ranks ascending, each less than the set's size
   */
  SelectedImages(ImageSet whole, int... ranks) {
    this.whole = whole;
    this.ranks = ranks;
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
    return ranks.length;
  }

  @Override
  public CorruptRecords corruptRecords() {
    return whole.corruptRecords();
  }

  @Override
  public List<ImageSlice> slices(int count) {
    int pieces = Math.toIntExact((whole.size() + PIECE - 1) / PIECE);
    List<ImageSlice> cut = whole.size() == 0 ? List.of() : whole.slices(pieces);
    long[] bounds = new Slicing(ranks.length).bounds(count);
    List<ImageSlice> slices = new ArrayList<>();
    int piece = 0;
    long start = 0;
    for (int i = 0; i < count; i++) {
      List<Piece> parts = new ArrayList<>();
      int next = Math.toIntExact(bounds[i]);
      while (next < bounds[i + 1]) {
        while (ranks[next] >= start + cut.get(piece).size()) {
          start += cut.get(piece).size();
          piece++;
        }
        int end = next;
        while (end < bounds[i + 1] && ranks[end] < start + cut.get(piece).size()) {
          end++;
        }
        int first = Math.toIntExact(start);
        int[] positions = Arrays.stream(ranks, next, end).map(rank -> rank - first).toArray();
        parts.add(new Piece(cut.get(piece), positions));
        next = end;
      }
      slices.add(new Slice(bounds[i], bounds[i + 1] - bounds[i], parts));
    }
    return slices;
  }

  /** The usable images at some positions of a slice. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(ImageSlice slice, int[] positions) implements Serializable {}

  private record Slice(long first, long size, List<Piece> pieces) implements ImageSlice {
    @Override
    public SliceContent read(Configuration hadoop) throws IOException {
      List<LabeledImage> images = new ArrayList<>();
      CorruptRecords corrupt = CorruptRecords.NONE;
      for (Piece piece : pieces) {
        SliceContent content = piece.slice().read(hadoop);
        for (int position : piece.positions()) {
          if (position < content.images().size()) {
            images.add(content.images().get(position));
          }
        }
        corrupt = corrupt.plus(content.corrupt());
      }
      return new SliceContent(images, corrupt);
    }
  }
}
