package org.espalier.quantize.ptq;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Second moments of what a rounded layer reads, x, and of what it should give, y, over the places
 * of its output; they tell the mean squared error of any choice of weights.
 *
 * <p>A depthwise convolution has moments for each of its input channels, other layers for all
 * together. y is what the original weights w make of the original input, without bias and
 * activation function.
 */
final class LayerMoments {
  private static final long CHUNK = 1 << 24;

  private final Layer layer;
  private final int outputs;
  private final INDArray[] weights;
  private final INDArray[] gram;
  private final INDArray[] cross;
  private final INDArray[] read;
  private final INDArray[] wanted;
  private long rows;

  /**
   * Starts with nothing.
   *
   * @param weights the original ones, channel by channel
   */
  LayerMoments(Layer layer, double[] weights, DataType type) {
    this.layer = layer;
    WeightLayout layout = WeightLayout.of(layer);
    int groups = Patches.groups(layer);
    int length = layout.length();
    this.outputs = layout.channels() / groups;
    this.weights = new INDArray[groups];
    this.gram = new INDArray[groups];
    this.cross = new INDArray[groups];
    this.read = new INDArray[groups];
    this.wanted = new INDArray[groups];
    INDArray all = Nd4j.createFromArray(weights).reshape('c', layout.channels(), length);
    for (int g = 0; g < groups; g++) {
      this.weights[g] =
          all.get(
                  NDArrayIndex.interval((long) g * outputs, (long) (g + 1) * outputs),
                  NDArrayIndex.all())
              .castTo(type)
              .dup('c');
      gram[g] = Nd4j.zeros(DataType.DOUBLE, length, length);
      cross[g] = Nd4j.zeros(DataType.DOUBLE, length, outputs);
      read[g] = Nd4j.zeros(DataType.DOUBLE, length);
      wanted[g] = Nd4j.zeros(DataType.DOUBLE, outputs);
    }
  }

  /** Takes in a batch: what the layer reads in the rounded and in the original network. */
  void add(INDArray rounded, INDArray original) {
    long step = Math.max(1, CHUNK / Patches.size(layer, rounded));
    for (long from = 0; from < rounded.size(0); from += step) {
      long to = Math.min(rounded.size(0), from + step);
      INDArray[] x = Patches.of(layer, examples(rounded, from, to));
      INDArray[] reference = Patches.of(layer, examples(original, from, to));
      for (int g = 0; g < x.length; g++) {
        INDArray y = reference[g].mmul(weights[g].transpose());
        gram[g].addi(x[g].transpose().mmul(x[g]).castTo(DataType.DOUBLE));
        cross[g].addi(x[g].transpose().mmul(y).castTo(DataType.DOUBLE));
        read[g].addi(x[g].sum(0).castTo(DataType.DOUBLE));
        wanted[g].addi(y.sum(0).castTo(DataType.DOUBLE));
      }
      rows += x[0].size(0);
    }
  }

  private static INDArray examples(INDArray batch, long from, long to) {
    return from == 0 && to == batch.size(0)
        ? batch
        : batch.get(NDArrayIndex.interval(from, to)).dup('c');
  }

  /** Returns the number of groups of output channels that read the same. */
  int groups() {
    return gram.length;
  }

  /** Returns how many output channels there are in a group. */
  int outputs() {
    return outputs;
  }

  /**
   * Returns the mean of x' x, [length, length].
   *
   * @param centred whether without the means, for where a bias makes up for those
   */
  INDArray gram(int group, boolean centred) {
    INDArray mean = gram[group].div(rows);
    return centred ? mean.subi(outer(read[group], read[group])) : mean;
  }

  /** Returns the mean of x' y, [length, outputs]. */
  INDArray cross(int group, boolean centred) {
    INDArray mean = cross[group].div(rows);
    return centred ? mean.subi(outer(read[group], wanted[group])) : mean;
  }

  private INDArray outer(INDArray left, INDArray right) {
    return left.div(rows)
        .reshape(left.length(), 1)
        .mmul(right.div(rows).reshape(1, right.length()));
  }

  /**
   * Returns what must be added to each output channel's bias for its mean to be the original one.
   *
   * @param rounded the rounded weights, channel by channel
   */
  double[] shift(double[] rounded) {
    double[] shift = new double[outputs * gram.length];
    int length = rounded.length / shift.length;
    for (int c = 0; c < shift.length; c++) {
      double[] x = read[c / outputs].toDoubleVector();
      double sum = wanted[c / outputs].getDouble(c % outputs);
      for (int i = 0; i < length; i++) {
        sum -= rounded[c * length + i] * x[i];
      }
      shift[c] = sum / rows;
    }
    return shift;
  }
}
