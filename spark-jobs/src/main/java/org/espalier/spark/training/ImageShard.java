package org.espalier.spark.training;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;

/**
 * One partition's share of a data set, packed: a few arrays however many images there are.
 *
 * <p>It is made of plain fields, so that Java's and Kryo's serialisation both carry it.
 */
public final class ImageShard implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int id;
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] pixels;
  private final int[] labels;
  private final long[] indices;
  private final long corrupt;
  private final String[] corruptExamples;

  private ImageShard(
      int id,
      ImageShape shape,
      byte[] pixels,
      int[] labels,
      long[] indices,
      CorruptRecords corrupt) {
    this.id = id;
    this.height = shape.height();
    this.width = shape.width();
    this.channels = shape.channels();
    this.pixels = pixels;
    this.labels = labels;
    this.indices = indices;
    this.corrupt = corrupt.count();
    this.corruptExamples = corrupt.examples().toArray(new String[0]);
  }

  /**
   * Packs images, in their order.
   *
   * @param id the shard's number, from which its random streams are derived
   * @param shape the shape of each image
   * @param images the images; at most 2 GiB of pixels
   * @param corrupt what was left out on reading them
   * @throws IllegalArgumentException when an image has another shape, or there are too many for one
   *     shard
   */
  public static ImageShard pack(
      int id, ImageShape shape, List<LabeledImage> images, CorruptRecords corrupt) {
    byte[] pixels = new byte[extent(images.size(), shape)];
    int[] labels = new int[images.size()];
    long[] indices = new long[images.size()];
    int at = 0;
    for (LabeledImage image : images) {
      if (!image.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "Cannot pack a shard: images must all be " + shape + " (" + image + ")");
      }
      System.arraycopy(image.pixels(), 0, pixels, at * shape.size(), shape.size());
      labels[at] = image.label();
      indices[at] = image.index();
      at++;
    }
    return new ImageShard(id, shape, pixels, labels, indices, corrupt);
  }

  private static int extent(int images, ImageShape shape) {
    long bytes = (long) images * shape.size();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot pack a shard: %d images of %s exceed 2 GiB; use more partitions",
              images, shape));
    }
    return (int) bytes;
  }

  /** Returns an empty shard that still tells the number, the shape and what was left out. */
  ImageShard withoutImages() {
    return pack(id, shape(), List.of(), corruptRecords());
  }

  /** Returns the shard's number. */
  public int id() {
    return id;
  }

  /** Returns the number of images. */
  public int size() {
    return labels.length;
  }

  /** Returns the shape of each image. */
  public ImageShape shape() {
    return new ImageShape(height, width, channels);
  }

  /** Returns what was left out on reading the shard's images. */
  public CorruptRecords corruptRecords() {
    return new CorruptRecords(corrupt, Arrays.asList(corruptExamples));
  }

  /** Returns the images in their order, each unpacked when asked for. */
  public List<LabeledImage> images() {
    return new Images();
  }

  private final class Images extends AbstractList<LabeledImage> implements RandomAccess {
    @Override
    public LabeledImage get(int position) {
      int extent = height * width * channels;
      return new LabeledImage(
          Arrays.copyOfRange(pixels, position * extent, (position + 1) * extent),
          height,
          width,
          channels,
          labels[position],
          indices[position]);
    }

    @Override
    public int size() {
      return labels.length;
    }
  }
}
