package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
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
import org.bytedeco.javacpp.FloatPointer;
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

  /** Prepares the operands; each pass is prepared when it is first needed. */
  public BatchNormKernel(Shape shape) {
    this.shape = shape;
    var images = images(shape.batch(), shape.channels(), shape.height(), shape.width());
    var channels = vector(shape.channels());
    x = operand(images);
    y = operand(images);
    dx = operand(images);
    dy = operand(images);
    gamma = operand(channels);
    beta = operand(channels);
    mean = operand(channels);
    variance = operand(channels);
    dgamma = operand(channels);
    dbeta = operand(channels);
  }

  /** Normalises with given statistics. */
  public void infer(
      INDArray x, INDArray gamma, INDArray beta, INDArray mean, INDArray variance, INDArray y) {
    if (inference == null) {
      inference = prepareInference();
    }
    point(x, gamma, mean, variance);
    this.beta.at(beta);
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
    point(x, gamma, mean, variance);
    this.beta.at(beta);
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
    this.dgamma.at(dgamma);
    this.dbeta.at(dbeta);
    backward.run();
    done(x, gamma, mean, variance, dy, dx, dgamma, dbeta);
  }

  private void point(INDArray x, INDArray gamma, INDArray mean, INDArray variance) {
    this.x.at(x);
    this.gamma.at(gamma);
    this.mean.at(mean);
    this.variance.at(variance);
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
    var whole = describeForward(dnnl_forward_training, flags());
    backward = prepareBackward(whole, backwardOperands);
  }

  private void preparePart() {
    imagesPerPart = 1;
    for (long images = 2; images <= shape.batch(); images++) {
      if (shape.batch() % images == 0 && images * shape.height() * shape.width() <= CHAIN) {
        imagesPerPart = images;
      }
    }
    var images = images(imagesPerPart, shape.channels(), shape.height(), shape.width());
    var channels = vector(shape.channels());
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
    float[] means = new float[parts * channels];
    float[] variances = new float[parts * channels];
    for (int i = 0; i < parts; i++) {
      partX.place().set_data_handle(source.getPointer(i * size));
      partY.place().set_data_handle(room.getPointer(i * size));
      part.run();
      partMeans.get(means, i * channels, channels);
      partVariances.get(variances, i * channels, channels);
    }
    float[] pooledMean = new float[channels];
    float[] pooledVariance = new float[channels];
    for (int c = 0; c < channels; c++) {
      double first = 0;
      double second = 0;
      for (int i = c; i < means.length; i += channels) {
        first += means[i];
      }
      first /= parts;
      for (int i = c; i < means.length; i += channels) {
        second += variances[i] + (means[i] - first) * (means[i] - first);
      }
      pooledMean[c] = (float) first;
      pooledVariance[c] = (float) (second / parts);
    }
    new FloatPointer(mean.data().addressPointer()).put(pooledMean);
    new FloatPointer(variance.data().addressPointer()).put(pooledVariance);
  }

  private Step prepareBackward(
      batch_normalization_forward.primitive_desc forward, Map<Integer, Operand> operands) {
    var descriptor =
        keep(
            new batch_normalization_backward.primitive_desc(
                engine(),
                dnnl_backward,
                dx.layout(),
                dy.layout(),
                x.layout(),
                shape.eps(),
                flags(),
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
}
