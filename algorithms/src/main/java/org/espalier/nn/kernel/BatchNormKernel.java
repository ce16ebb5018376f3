package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation of NHWC images, or of [N, C] as images of one pixel, with or without ReLU.
 */
public final class BatchNormKernel extends Kernel {
  /** A batch normalisation's sizes and settings. */
  public record Shape(
      long batch, long height, long width, long channels, float eps, boolean relu) {}

  /**
   * Pixels whose sum in float32 keeps six digits; oneDNN sums one channel's pixels in one chain.
   */
  private static final long CHAIN = 2048;

  private final Shape shape;
  private final ChannelTile tile;
  private final Operand x;
  private final Operand y;
  private final Operand dx;
  private final Operand dy;
  private final Operand gamma;
  private final Operand beta;
  private final Operand mean;
  private final Operand variance;
  private final Operand dgamma;
  private final Operand dbeta;
  private Step inference;
  private Step training;
  private Step backward;
  private long imagesPerPart;
  private Operand partX;
  private Operand partY;
  private Operand partMean;
  private Operand partVariance;
  private Step part;
  private Pull pull;

  /** Prepares the operands; each pass is prepared when it is first needed. */
  public BatchNormKernel(Shape shape) {
    this.shape = shape;
    tile = ChannelTile.of((int) shape.channels(), shape.height() * shape.width());
    var images = tiles(shape.batch());
    x = operand(images);
    y = operand(images);
    dx = operand(images);
    dy = operand(images);
    gamma = perChannel();
    beta = perChannel();
    mean = perChannel();
    variance = perChannel();
    dgamma = perChannel();
    dbeta = perChannel();
  }

  private memory.desc tiles(long batch) {
    return tile.wide()
        ? images(batch, tile.width(), 1, shape.height() * shape.width() / tile.pixels())
        : images(batch, shape.channels(), shape.height(), shape.width());
  }

  /** An operand that is the caller's memory, or tiles' own. */
  private Operand perChannel() {
    var numbers = vector(tile.width());
    return tile.wide() ? buffer(numbers) : operand(numbers);
  }

  /** Makes the next run read a number for each channel. */
  private void read(INDArray numbers, Operand operand) {
    if (tile.wide()) {
      write(floats(numbers.data().addressPointer(), tile.channels()), operand);
    } else {
      operand.at(numbers);
    }
  }

  /** Writes numbers of the channels for all pixels of a tile. */
  private void write(float[] channels, Operand operand) {
    FloatPointer to = new FloatPointer(operand.place().get_data_handle());
    for (int i = 0; i < tile.pixels(); i++) {
      to.getPointer((long) i * tile.channels()).put(channels);
    }
  }

  /** Makes the next run write into an array, for tiles by way of {@link #sum}. */
  private void point(Operand operand, INDArray numbers) {
    if (!tile.wide()) {
      operand.at(numbers);
    }
  }

  /** Adds up what the pixels of a tile have for each channel. */
  private void sum(Operand operand, INDArray numbers) {
    float[] all = floats(operand.place().get_data_handle(), tile.width());
    float[] sums = new float[tile.channels()];
    for (int i = 0; i < all.length; i++) {
      sums[i % sums.length] += all[i];
    }
    new FloatPointer(numbers.data().addressPointer()).put(sums);
  }

  private static float[] floats(Pointer place, int count) {
    float[] numbers = new float[count];
    new FloatPointer(place).get(numbers);
    return numbers;
  }

  /** Normalises with given statistics. */
  public void infer(
      INDArray x, INDArray gamma, INDArray beta, INDArray mean, INDArray variance, INDArray y) {
    if (inference == null) {
      inference = prepareInference();
    }
    point(x, gamma, mean, variance);
    read(beta, this.beta);
    this.y.at(y);
    inference.run();
    done(x, gamma, beta, mean, variance, y);
  }

  /** Normalises with the batch's own statistics and writes them: mean and biased variance. */
  public void train(
      INDArray x, INDArray gamma, INDArray beta, INDArray mean, INDArray variance, INDArray y) {
    if (training == null) {
      prepareTraining();
    }
    this.x.at(x);
    read(gamma, this.gamma);
    read(beta, this.beta);
    this.y.at(y);
    batchStatistics(x, mean, variance, y);
    training.run();
    done(x, gamma, beta, mean, variance, y);
  }

  /** The gradients for the last {@link #train}, given what it read and wrote. */
  public void backward(
      INDArray x,
      INDArray gamma,
      INDArray mean,
      INDArray variance,
      INDArray dy,
      INDArray dx,
      INDArray dgamma,
      INDArray dbeta) {
    if (backward == null) {
      throw new IllegalStateException(
          "Cannot run batch normalisation backward: no training pass came before");
    }
    point(x, gamma, mean, variance);
    this.dy.at(dy);
    this.dx.at(dx);
    point(this.dgamma, dgamma);
    point(this.dbeta, dbeta);
    backward.run();
    if (tile.wide()) {
      sum(this.dgamma, dgamma);
      sum(this.dbeta, dbeta);
      pull.add(gamma, mean, variance, dgamma, dbeta);
    }
    done(x, gamma, mean, variance, dy, dx, dgamma, dbeta);
  }

  private void point(INDArray x, INDArray gamma, INDArray mean, INDArray variance) {
    this.x.at(x);
    read(gamma, this.gamma);
    read(mean, this.mean);
    read(variance, this.variance);
  }

  private int flags() {
    return dnnl_use_scale | dnnl_use_shift | (shape.relu() ? dnnl_fuse_norm_relu : 0);
  }

  private Step prepareInference() {
    var descriptor = describeForward(dnnl_forward_inference, flags() | dnnl_use_global_stats);
    return step(new batch_normalization_forward(descriptor), descriptor, forwardOperands());
  }

  private void prepareTraining() {
    preparePart();
    var descriptor = describeForward(dnnl_forward_training, flags() | dnnl_use_global_stats);
    Map<Integer, Operand> forwardOperands = forwardOperands();
    Map<Integer, Operand> backwardOperands = new HashMap<>();
    if (shape.relu()) {
      Operand signs = buffer(keep(descriptor.workspace_desc()));
      forwardOperands.put(DNNL_ARG_WORKSPACE, signs);
      backwardOperands.put(DNNL_ARG_WORKSPACE, signs);
    }
    training = step(new batch_normalization_forward(descriptor), descriptor, forwardOperands);
    int ways = tile.wide() ? flags() | dnnl_use_global_stats : flags();
    var whole = describeForward(dnnl_forward_training, ways);
    backward = prepareBackward(whole, ways, backwardOperands);
    if (tile.wide()) {
      pull = new Pull();
    }
  }

  private void preparePart() {
    imagesPerPart = 1;
    for (long images = 2; images <= shape.batch(); images++) {
      if (shape.batch() % images == 0 && images * shape.height() * shape.width() <= CHAIN) {
        imagesPerPart = images;
      }
    }
    var images = tiles(imagesPerPart);
    var channels = vector(tile.width());
    partX = operand(images);
    partY = operand(images);
    partMean = buffer(channels);
    partVariance = buffer(channels);
    var descriptor =
        keep(
            new batch_normalization_forward.primitive_desc(
                engine(),
                dnnl_forward_training,
                images,
                images,
                shape.eps(),
                0,
                attributes(),
                false));
    part =
        step(
            new batch_normalization_forward(descriptor),
            descriptor,
            Map.of(
                DNNL_ARG_SRC,
                partX,
                DNNL_ARG_DST,
                partY,
                DNNL_ARG_MEAN,
                partMean,
                DNNL_ARG_VARIANCE,
                partVariance));
  }

  /**
   * Computes the batch's statistics part by part and pools the parts' in double precision, using y
   * as room to work in. In one go oneDNN would lose three digits over a large batch.
   */
  private void batchStatistics(INDArray x, INDArray mean, INDArray variance, INDArray y) {
    int channels = (int) shape.channels();
    int parts = (int) (shape.batch() / imagesPerPart);
    long size = imagesPerPart * shape.height() * shape.width() * channels;
    FloatPointer source = new FloatPointer(x.data().addressPointer());
    FloatPointer room = new FloatPointer(y.data().addressPointer());
    FloatPointer partMeans = new FloatPointer(partMean.place().get_data_handle());
    FloatPointer partVariances = new FloatPointer(partVariance.place().get_data_handle());
    int width = tile.width();
    float[] means = new float[parts * width];
    float[] variances = new float[parts * width];
    for (int i = 0; i < parts; i++) {
      partX.place().set_data_handle(source.getPointer(i * size));
      partY.place().set_data_handle(room.getPointer(i * size));
      part.run();
      partMeans.get(means, i * width, width);
      partVariances.get(variances, i * width, width);
    }
    float[] pooledMean = new float[channels];
    float[] pooledVariance = new float[channels];
    for (int c = 0; c < channels; c++) {
      double first = 0;
      double second = 0;
      for (int i = c; i < means.length; i += channels) {
        first += means[i];
      }
      first /= parts * tile.pixels();
      for (int i = c; i < means.length; i += channels) {
        second += variances[i] + (means[i] - first) * (means[i] - first);
      }
      pooledMean[c] = (float) first;
      pooledVariance[c] = (float) (second / (parts * tile.pixels()));
    }
    new FloatPointer(mean.data().addressPointer()).put(pooledMean);
    new FloatPointer(variance.data().addressPointer()).put(pooledVariance);
    read(mean, this.mean);
    read(variance, this.variance);
  }

  private Step prepareBackward(
      batch_normalization_forward.primitive_desc forward,
      int ways,
      Map<Integer, Operand> operands) {
    var descriptor =
        keep(
            new batch_normalization_backward.primitive_desc(
                engine(),
                dnnl_backward,
                dx.layout(),
                dy.layout(),
                x.layout(),
                shape.eps(),
                ways,
                forward,
                attributes(),
                false));
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_MEAN, mean);
    operands.put(DNNL_ARG_VARIANCE, variance);
    operands.put(DNNL_ARG_SCALE, gamma);
    operands.put(DNNL_ARG_DIFF_DST, dy);
    operands.put(DNNL_ARG_DIFF_SRC, dx);
    operands.put(DNNL_ARG_DIFF_SCALE, dgamma);
    operands.put(DNNL_ARG_DIFF_SHIFT, dbeta);
    return step(new batch_normalization_backward(descriptor), descriptor, operands);
  }

  private batch_normalization_forward.primitive_desc describeForward(int kind, int flags) {
    return keep(
        new batch_normalization_forward.primitive_desc(
            engine(), kind, x.layout(), y.layout(), shape.eps(), flags, attributes(), false));
  }

  private Map<Integer, Operand> forwardOperands() {
    Map<Integer, Operand> operands = new HashMap<>();
    operands.put(DNNL_ARG_SRC, x);
    operands.put(DNNL_ARG_SCALE, gamma);
    operands.put(DNNL_ARG_SHIFT, beta);
    operands.put(DNNL_ARG_MEAN, mean);
    operands.put(DNNL_ARG_VARIANCE, variance);
    operands.put(DNNL_ARG_DST, y);
    return operands;
  }

  /**
   * By how much each number pulls at the statistics of its channel: the term of the gradient that
   * needs sums over all pixels, which those of one place in a tile are not. With a = gamma /
   * deviation and n pixels, dx = a g - a (dbeta + dgamma normalised(x)) / n.
   */
  private final class Pull {
    private final Operand factor;
    private final Operand offset;
    private final Step step;

    Pull() {
      var row = layout(memory.format_tag.ab, 1, tile.width());
      var rows = layout(memory.format_tag.ab, x.layout().get_size() / row.get_size(), tile.width());
      factor = buffer(row);
      offset = buffer(row);
      post_ops after = keep(new post_ops());
      after.append_sum();
      after.append_binary(algorithm.binary_add, row);
      var descriptor =
          keep(
              new binary.primitive_desc(
                  engine(), algorithm.binary_mul, rows, row, rows, attributes(after), false));
      step =
          step(
              new binary(descriptor),
              descriptor,
              Map.of(
                  DNNL_ARG_SRC_0,
                  x,
                  DNNL_ARG_SRC_1,
                  factor,
                  DNNL_ARG_DST,
                  dx,
                  2 * DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1,
                  offset));
    }

    void add(INDArray gamma, INDArray mean, INDArray variance, INDArray dgamma, INDArray dbeta) {
      double pixels = (double) shape.batch() * shape.height() * shape.width();
      float[] factors = new float[tile.channels()];
      float[] offsets = new float[tile.channels()];
      for (int c = 0; c < factors.length; c++) {
        double deviation = Math.sqrt((double) variance.getFloat(c) + shape.eps());
        double a = gamma.getFloat(c) / deviation / pixels;
        double each = -a * dgamma.getFloat(c) / deviation;
        factors[c] = (float) each;
        offsets[c] = (float) (-a * dbeta.getFloat(c) - mean.getFloat(c) * each);
      }
      write(factors, factor);
      write(offsets, offset);
      step.run();
    }
  }
}
