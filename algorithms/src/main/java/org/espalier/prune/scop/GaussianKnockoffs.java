package org.espalier.prune.scop;

import java.util.SplittableRandom;
import org.espalier.data.ImageShape;
import org.espalier.data.batch.Batch;

/**
 * Images whose coarse part is a second-order Gaussian knockoff of the real image's.
 *
 * <p>An image is split in two: X = U(F) + R, where F holds the means of grid x grid blocks in each
 * channel, U repeats them over the blocks' pixels, and R, the rest, has mean zero in each block. F
 * is modelled as normal, with mean and covariance estimated from training images. The knockoff
 * image is
 *
 * <pre>X~ = U(F~) + R'</pre>
 *
 * with F~ the Gaussian knockoff of F and R' the fine part of another image of the batch (a
 * derangement). So the coarse part is exchangeable with the real one up to second moments, while
 * the fine part is only equal in law and independent of the label; a Gaussian model of all pixels
 * would need a covariance of (H W C)^2 numbers. Where blocks are strongly correlated, as in natural
 * images, knockoffs of the coarse part stay close to the original; a smaller grid gives them more
 * power.
 */
public final class GaussianKnockoffs implements KnockoffSource {
  /** Blocks a side where nothing else is said: 192 features of a colour image. */
  public static final int GRID = 8;

  private static final long serialVersionUID = 1L;

  private final ImageShape shape;
  private final int grid;
  private final GaussianModel model;

  private GaussianKnockoffs(ImageShape shape, int grid, GaussianModel model) {
    this.shape = shape;
    this.grid = grid;
    this.model = model;
  }

  /** Estimates the model with {@link #GRID} blocks a side. */
  public static GaussianKnockoffs fit(Iterable<Batch> sample) {
    return fit(sample, GRID);
  }

  /**
   * Estimates the model.
   *
   * @param sample normalised training images; several times as many as there are features, grid *
   *     grid * channels
   * @param grid blocks a side, a divisor of height and width
   * @throws IllegalArgumentException when grid does not divide the images, or there are too few
   */
  public static GaussianKnockoffs fit(Iterable<Batch> sample, int grid) {
    Covariance covariance = null;
    ImageShape shape = null;
    for (Batch batch : sample) {
      if (covariance == null) {
        shape = batch.shape();
        checkGrid(shape, grid);
        covariance = new Covariance(grid * grid * shape.channels());
      }
      if (!batch.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "Cannot fit Gaussian knockoffs: images must all be "
                + shape
                + " ("
                + batch.shape()
                + ")");
      }
      for (int i = 0; i < batch.size(); i++) {
        covariance.add(coarse(batch.features(), i * shape.size(), shape, grid));
      }
    }
    int features = covariance == null ? 0 : covariance.features();
    long images = covariance == null ? 0 : covariance.count();
    if (images < 2L * features || images == 0) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot fit Gaussian knockoffs: %d features need at least twice as many images (%d)",
              features, images));
    }
    return new GaussianKnockoffs(
        shape, grid, new GaussianModel(covariance.mean(), covariance.matrix()));
  }

  private static void checkGrid(ImageShape shape, int grid) {
    if (grid < 1 || shape.height() % grid != 0 || shape.width() % grid != 0) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot fit Gaussian knockoffs: a grid of %d does not divide images of %s",
              grid, shape));
    }
  }

  @Override
  public int[] fill(float[] stacked, int rows, ImageShape given, SplittableRandom random) {
    if (!given.equals(shape)) {
      throw new IllegalArgumentException(
          "Cannot make Gaussian knockoffs: they were fitted to images of "
              + shape
              + " ("
              + given
              + ")");
    }
    int[] fine = Orders.deranged(rows, random);
    Orders.copy(stacked, fine, shape.size());
    NormalNumbers normal = new NormalNumbers(random);
    for (int i = 0; i < rows; i++) {
      double[] own = coarse(stacked, i * shape.size(), shape, grid);
      double[] change = model.draw(own, normal);
      double[] other = coarse(stacked, fine[i] * shape.size(), shape, grid);
      for (int j = 0; j < change.length; j++) {
        change[j] -= other[j];
      }
      addBlocks(stacked, (rows + i) * shape.size(), change);
    }
    return Orders.identity(rows);
  }

  /** Returns the means of the blocks, [grid, grid, channels]. */
  private static double[] coarse(float[] pixels, int offset, ImageShape shape, int grid) {
    double[] features = new double[grid * grid * shape.channels()];
    int area = (shape.height() / grid) * (shape.width() / grid);
    for (int p = 0; p < shape.size(); p++) {
      features[feature(p, shape, grid)] += (double) pixels[offset + p] / area;
    }
    return features;
  }

  private void addBlocks(float[] pixels, int offset, double[] change) {
    for (int p = 0; p < shape.size(); p++) {
      pixels[offset + p] += (float) change[feature(p, shape, grid)];
    }
  }

  private static int feature(int position, ImageShape shape, int grid) {
    int c = position % shape.channels();
    int column = position / shape.channels() % shape.width();
    int row = position / shape.channels() / shape.width();
    int blockRow = row / (shape.height() / grid);
    int blockColumn = column / (shape.width() / grid);
    return (blockRow * grid + blockColumn) * shape.channels() + c;
  }

  @Override
  public String toString() {
    return "GaussianKnockoffs(grid=" + grid + ", features=" + model.size() + ")";
  }
}
