package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.ChannelTile;

/**
 * Mean and biased variance of each number of a tile over the parts of a slice.
 *
 * <p>A part of float32 is read once, for the sums of its numbers and of their squares. Where a mean
 * is so far from zero that its square would swallow digits of the variance, and in bfloat16, the
 * part is measured as oneDNN's normalisation does, in three passes.
 */
final class StatisticsKernel extends SliceKernel {
  private final Value x;
  private final ChannelTile tile;
  private final int part;
  private final int pixels;
  private final PerSlice results;
  private final Part full;
  private final Part rest;
  private int k;

  /**
   * Prepares the measuring of a slice.
   *
   * @param part pixels of each part but the last
   * @param results where means and, behind them, variances go, part after part
   */
  StatisticsKernel(Value x, ChannelTile tile, int images, int part, PerSlice results) {
    this.x = x;
    this.tile = tile;
    this.part = part;
    this.pixels = images * x.size().pixels();
    this.results = results;
    this.full = pixels >= part ? new Part(part) : null;
    this.rest = pixels % part > 0 ? new Part(pixels % part) : null;
  }

  @Override
  void run(Cursor cursor) {
    for (k = 0; k < pixels / part; k++) {
      full.run(cursor);
    }
    if (rest != null) {
      rest.run(cursor);
    }
  }

  @Override
  public void close() {
    if (full != null) {
      full.close();
    }
    if (rest != null) {
      rest.close();
    }
    super.close();
  }

  private long source(Cursor cursor) {
    return x.address(cursor) + k * (long) part * tile.channels() * x.element().bytes();
  }

  private long mean(Cursor cursor) {
    return results.address(cursor) + 2L * k * Floats.bytes(tile.width());
  }

  private long variance(Cursor cursor) {
    return mean(cursor) + Floats.bytes(tile.width());
  }

  /** Measures a part of so many pixels. */
  private final class Part {
    private final int tiles;
    private final SliceKernel sums;
    private final SliceKernel normalization = new SliceKernel();
    private final Block squared;
    private final Block summed;

    Part(int pixels) {
      if (pixels % tile.pixels() > 0) {
        throw new IllegalArgumentException(pixels + " pixels are not whole tiles: " + tile);
      }
      tiles = pixels / tile.pixels();
      squared = normalization.room(TileSums.bytes(tile.width()));
      summed = normalization.room(TileSums.bytes(tile.width()));
      sums = x.element() == Element.F32 && TileSums.serve(tile.width()) ? sums() : null;
      addNormalization();
    }

    void run(Cursor cursor) {
      if (sums == null || !sumUp(cursor)) {
        normalization.run(cursor);
      }
    }

    /** Whether the sums tell mean and variance well enough. */
    private boolean sumUp(Cursor cursor) {
      sums.run(cursor);
      float[] mean = Floats.read(summed.address(), tile.width());
      float[] variance = Floats.read(squared.address(), tile.width());
      for (int i = 0; i < mean.length; i++) {
        double m = mean[i] / (double) tiles;
        double v = variance[i] / (double) tiles - m * m;
        if (BatchStatistics.isFar(m, v)) {
          return false;
        }
        mean[i] = (float) m;
        variance[i] = (float) v;
      }
      Floats.write(mean, mean(cursor));
      Floats.write(variance, variance(cursor));
      return true;
    }

    private SliceKernel sums() {
      SliceKernel kernel = new SliceKernel();
      Place source = StatisticsKernel.this::source;
      TileSums.add(kernel, tile.width(), tiles, source, source, squared, summed);
      return kernel;
    }

    private void addNormalization() {
      memory.desc layout =
          normalization.own(new Size(1, tiles, tile.width()).layout(x.element(), 1));
      long bytes = layout.get_size();
      var descriptor =
          normalization.own(
              new batch_normalization_forward.primitive_desc(
                  processor(),
                  dnnl_forward_training,
                  layout,
                  layout,
                  1e-5f,
                  0,
                  normalization.settings(),
                  false));
      normalization.add(
          new batch_normalization_forward(descriptor),
          descriptor,
          Map.of(
              DNNL_ARG_SRC,
              new Operand(layout, StatisticsKernel.this::source),
              DNNL_ARG_DST,
              new Operand(layout, cursor -> cursor.room(bytes)),
              DNNL_ARG_MEAN,
              normalization.perChannel(tile.width(), StatisticsKernel.this::mean),
              DNNL_ARG_VARIANCE,
              normalization.perChannel(tile.width(), StatisticsKernel.this::variance)));
    }

    void close() {
      normalization.close();
      if (sums != null) {
        sums.close();
      }
    }
  }
}
