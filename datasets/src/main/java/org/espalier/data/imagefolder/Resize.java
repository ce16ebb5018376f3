package org.espalier.data.imagefolder;

import java.util.Arrays;

/**
 * Brings a photograph to a size: scaled until it just covers it, then cut at the centre.
 *
 * <p>Scaling is bilinear and, when it makes smaller, averages over all pixels that fall into one (a
 * triangle filter as wide as the scale), as Pillow does; so fine texture does not alias.
 */
final class Resize {
  private Resize() {}

  /** Returns {@code height * width * 3} interleaved bytes. */
  static byte[] cover(ImageDecoder.Pixels source, int height, int width) {
    double scale = Math.max((double) height / source.height(), (double) width / source.width());
    int scaledHeight = Math.max(height, (int) Math.round(source.height() * scale));
    int scaledWidth = Math.max(width, (int) Math.round(source.width() * scale));
    if (scaledHeight == source.height()
        && scaledWidth == source.width()
        && height == scaledHeight
        && width == scaledWidth) {
      return source.rgb();
    }
    Filter columns = new Filter(source.width(), scaledWidth, (scaledWidth - width) / 2, width);
    Filter rows = new Filter(source.height(), scaledHeight, (scaledHeight - height) / 2, height);
    return down(rows, across(columns, source), width);
  }

  /** Scales the rows that will be needed; gives height x new width x 3 floats. */
  private static float[] across(Filter columns, ImageDecoder.Pixels source) {
    int width = columns.count();
    float[] out = new float[source.height() * width * 3];
    byte[] rgb = source.rgb();
    for (int y = 0; y < source.height(); y++) {
      for (int x = 0; x < width; x++) {
        float[] weights = columns.weights[x];
        int in = (y * source.width() + columns.starts[x]) * 3;
        int at = (y * width + x) * 3;
        for (float weight : weights) {
          out[at] += weight * (rgb[in] & 0xff);
          out[at + 1] += weight * (rgb[in + 1] & 0xff);
          out[at + 2] += weight * (rgb[in + 2] & 0xff);
          in += 3;
        }
      }
    }
    return out;
  }

  private static byte[] down(Filter rows, float[] in, int width) {
    int row = 3 * width;
    byte[] out = new byte[rows.count() * row];
    float[] sums = new float[row];
    for (int y = 0; y < rows.count(); y++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < rows.weights[y].length; k++) {
        float weight = rows.weights[y][k];
        int from = (rows.starts[y] + k) * row;
        for (int i = 0; i < row; i++) {
          sums[i] += weight * in[from + i];
        }
      }
      for (int i = 0; i < row; i++) {
        out[y * row + i] = (byte) Math.max(0, Math.min(255, Math.round(sums[i])));
      }
    }
    return out;
  }

  /**
   * For each output position of one axis, where its input pixels begin and how much each weighs.
   */
  private static final class Filter {
    private final int[] starts;
    private final float[][] weights;

    Filter(int in, int scaled, int offset, int count) {
      this.starts = new int[count];
      this.weights = new float[count][];
      double ratio = (double) in / scaled;
      double support = Math.max(1, ratio);
      for (int i = 0; i < count; i++) {
        double centre = (i + offset + 0.5) * ratio;
        int start = Math.max(0, (int) Math.floor(centre - support + 0.5));
        int end = Math.min(in, (int) Math.floor(centre + support + 0.5));
        starts[i] = start;
        weights[i] = triangle(start, Math.max(end, start + 1), centre, support);
      }
    }

    private static float[] triangle(int start, int end, double centre, double support) {
      float[] weights = new float[end - start];
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        double distance = Math.abs(start + k + 0.5 - centre) / support;
        weights[k] = (float) Math.max(0, 1 - distance);
        sum += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= (float) sum;
      }
      return weights;
    }

    int count() {
      return starts.length;
    }
  }
}
