package org.espalier.nn.fused;

import java.util.List;
import org.espalier.nn.kernel.ChannelTile;

/**
 * Mean and biased variance of each channel over a batch.
 *
 * <p>oneDNN sums the pixels of a channel in one float32 chain, which costs digits when it is long:
 * slices are measured in parts, and the parts' statistics pooled in double precision, with those of
 * peers where there are any. What peers add up are moments about zero: in double precision these
 * cost no digit that numbers measured in float32 have.
 */
final class BatchStatistics {
  private static final int CHAIN = 2048;
  private static final int ROOM_BYTES = 128 << 10;
  private static final int LEAST = 64;
  private static final int FAR = 4;

  private final ChannelTile tile;
  private final int channels;
  private final int part;
  private final Block mean;
  private final Block variance;
  private double[] pooledMean;
  private double[] pooledVariance;
  private long pixels;

  BatchStatistics(ChannelTile tile) {
    this.tile = tile;
    this.channels = tile.channels();
    part = part(channels);
    mean = new Block(Floats.bytes(channels));
    variance = new Block(Floats.bytes(channels));
  }

  /** Pixels of a part, a multiple of those in any tile. */
  private static int part(int channels) {
    int pixels = Math.min(CHAIN, ROOM_BYTES / (int) Floats.bytes(channels));
    return Math.max(LEAST, pixels / LEAST * LEAST);
  }

  Place mean() {
    return mean;
  }

  Place variance() {
    return variance;
  }

  /** Pixels of the batch that was measured last, peers' included. */
  long pixels() {
    return pixels;
  }

  double[] pooledMean() {
    return pooledMean;
  }

  double[] pooledVariance() {
    return pooledVariance;
  }

  /**
   * Whether a mean is so many deviations from zero that a float32 sum of squares says too little of
   * the variance.
   */
  static boolean isFar(double mean, double variance) {
    return mean * mean > FAR * FAR * variance;
  }

  /** Appends the measuring of a value to a phase, and the pooling to its end. */
  void measure(Trace trace, Value x, int phase) {
    PerSlice parts = measureParts(trace, x, phase);
    trace.phase(phase).atEnd(() -> pool(x, parts, new Peers()));
  }

  /** Does the same for the batch of which peers, where there are any, have other parts. */
  void measureWithPeers(Trace trace, Value x, int phase) {
    PerSlice parts = measureParts(trace, x, phase);
    trace.phase(phase).atEndWithPeers(1 + 2 * channels, () -> pool(x, parts, trace.peers()));
  }

  /** Puts others in the place of what was measured. */
  void replace(double[] mean, double[] variance) {
    pooledMean = mean;
    pooledVariance = variance;
    Floats.write(mean, 0, channels, this.mean.address());
    Floats.write(variance, 0, channels, this.variance.address());
  }

  private PerSlice measureParts(Trace trace, Value x, int phase) {
    long entry = 2 * Floats.bytes(tile.width());
    PerSlice parts =
        trace.phase(phase).add(new PerSlice(entry, (x.size().pixels() * entry + part - 1) / part));
    trace.act(
        phase, List.of(x), List.of(), images -> new StatisticsKernel(x, tile, images, part, parts));
    return parts;
  }

  private void pool(Value x, PerSlice parts, Peers peers) {
    int values = 2 * tile.width();
    double[] first = new double[channels];
    double[] second = new double[channels];
    double[] spread = new double[channels];
    long pixels = 0;
    for (int slice = 0; slice < parts.slices(); slice++) {
      int here = parts.images(slice) * x.size().pixels();
      int count = (here + part - 1) / part;
      float[] measured = Floats.read(parts.address(slice), count * values);
      for (int k = 0; k < count; k++) {
        int weight = Math.min(part, here - k * part) / tile.pixels();
        for (int from = k * values; from < k * values + tile.width(); from += channels) {
          for (int c = 0; c < channels; c++) {
            double m = measured[from + c];
            double before = weight * (double) pixels / (pixels + weight);
            double apart = m - first[c];
            first[c] += apart * weight / (pixels + weight);
            second[c] += apart * apart * before;
            spread[c] += weight * (double) measured[from + tile.width() + c];
          }
          pixels += weight;
        }
      }
    }
    for (int c = 0; c < channels; c++) {
      second[c] += spread[c];
    }
    if (peers.present()) {
      pixels = addPeers(peers, pixels, first, second);
    }
    for (int c = 0; c < channels; c++) {
      second[c] /= pixels;
    }
    this.pixels = pixels;
    replace(first, second);
  }

  /**
   * Makes of the means and the sums of squared deviations of one's own pixels those of all, and
   * returns how many these are.
   */
  private long addPeers(Peers peers, long own, double[] means, double[] squares) {
    double[] moments = new double[1 + 2 * channels];
    moments[0] = own;
    for (int c = 0; c < channels; c++) {
      moments[1 + c] = own * means[c];
      moments[1 + channels + c] = squares[c] + own * means[c] * means[c];
    }
    double[] sums = peers.sum(moments);
    double all = sums[0];
    for (int c = 0; c < channels; c++) {
      means[c] = sums[1 + c] / all;
      squares[c] = Math.max(0, sums[1 + channels + c] - all * means[c] * means[c]);
    }
    return (long) all;
  }
}
