package org.espalier.nn.fused;

/**
 * The second term of a batch normalisation's gradient, itself a normalisation of its input: by how
 * much each number pulls at the statistics of its channel.
 */
interface BatchNormPull {
  /**
   * Says what each channel, normalised with the statistics of the batch, is multiplied with, and
   * what is then added.
   */
  void set(double[] scale, double[] shift);

  /** Appends the sum of this term for an input, and of the first term, to a phase. */
  Value added(Trace trace, Value x, Value first, int phase);

  /** The term as fast as it can be had for a type of numbers. */
  static BatchNormPull of(Size images, Element element, BatchStatistics statistics, float eps) {
    return element == Element.F32
        ? new InOnePass(new RowAffine(images), statistics, eps)
        : InTwoPasses.of(images.channels(), statistics, eps);
  }

  /** The statistics become part of a factor and an offset. */
  record InOnePass(RowAffine affine, BatchStatistics statistics, float eps)
      implements BatchNormPull {
    @Override
    public void set(double[] scale, double[] shift) {
      affine.normalize(statistics, eps, scale, shift);
    }

    @Override
    public Value added(Trace trace, Value x, Value first, int phase) {
      return affine.added(trace, x, first, false, phase);
    }
  }

  /** A normalisation and a sum. */
  record InTwoPasses(Block scale, Block shift, Normalization normalization)
      implements BatchNormPull {
    static InTwoPasses of(int channels, BatchStatistics statistics, float eps) {
      Block scale = new Block(Floats.bytes(channels));
      Block shift = new Block(Floats.bytes(channels));
      return new InTwoPasses(
          scale,
          shift,
          new Normalization(scale, shift, statistics.mean(), statistics.variance(), eps));
    }

    @Override
    public void set(double[] scale, double[] shift) {
      Floats.write(scale, 0, scale.length, this.scale.address());
      Floats.write(shift, 0, shift.length, this.shift.address());
    }

    @Override
    public Value added(Trace trace, Value x, Value first, int phase) {
      return Sums.add(trace, first, normalization.applied(trace, x, false, phase), phase);
    }
  }
}
