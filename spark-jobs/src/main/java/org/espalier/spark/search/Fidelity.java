package org.espalier.spark.search;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.nn.fused.Precision;

/**
 * How carefully a candidate is judged: what is done with its network before its accuracy on the
 * held-out images, its fitness, is measured.
 *
 * @param recalibrationImages training images, of each class alike, from which batch normalisation
 *     takes its statistics anew before each measurement; 0 for those that the network has. At least
 *     2 otherwise.
 * @param epochs passes over the training images, at least 0
 * @param share the share of the training images that are used, of each class alike, above 0 and at
 *     most 1; which ones depends on the candidate's seed
 * @param batch images in a step, at least 2
 * @param learningRate that of all epochs, above 0
 * @param momentum of Nesterov's kind, from 0 and below 1
 * @param weightDecay L2 decay of all weights, at least 0
 * @param precision what training computes with
 * @param hopeless the accuracy, from 0 to 1, below which a candidate is given up after its first
 *     epoch: that accuracy is its fitness then. 0 to give none up.
 */
public record Fidelity(
    int recalibrationImages,
    int epochs,
    double share,
    int batch,
    double learningRate,
    double momentum,
    double weightDecay,
    Precision precision,
    double hopeless)
    implements Serializable {

  /** Checks every range. */
  public Fidelity {
    check(
        recalibrationImages == 0 || recalibrationImages >= 2,
        "images for recalibration must be 0, or at least 2",
        recalibrationImages);
    check(epochs >= 0, "epochs must not be negative", epochs);
    check(share > 0 && share <= 1, "the share must be above 0 and at most 1", share);
    check(batch >= 2, "the batch must be at least 2", batch);
    check(
        learningRate > 0 && Double.isFinite(learningRate),
        "the learning rate must be above 0",
        learningRate);
    check(momentum >= 0 && momentum < 1, "the momentum must be from 0 and below 1", momentum);
    check(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "the weight decay must not be negative",
        weightDecay);
    Objects.requireNonNull(precision, "Cannot judge candidates: precision is missing");
    check(
        hopeless >= 0 && hopeless <= 1,
        "the accuracy below which a candidate is hopeless must be from 0 to 1",
        hopeless);
  }

  /**
   * Returns the cheap one: no training, batch normalisation recalibrated (Li et al., EagleEye, <a
   * href="https://arxiv.org/abs/2007.02491">arXiv:2007.02491</a>).
   *
   * @param images training images for that, at least 2
   */
  public static Fidelity recalibrated(int images) {
    return new Fidelity(images, 0, 1, 128, 0.01, 0.9, 0, Precision.FLOAT32, 0);
  }

  /**
   * Returns training on all images, in batches of 128, with momentum 0.9 and without decay.
   *
   * @param epochs passes, at least 0
   */
  public static Fidelity trained(int epochs, double learningRate) {
    return new Fidelity(0, epochs, 1, 128, learningRate, 0.9, 0, Precision.FLOAT32, 0);
  }

  /** Returns the same with batch normalisation recalibrated before each measurement. */
  public Fidelity recalibrating(int images) {
    return new Fidelity(
        images, epochs, share, batch, learningRate, momentum, weightDecay, precision, hopeless);
  }

  /** Returns the same on a share of the training images. */
  public Fidelity onShare(double other) {
    return new Fidelity(
        recalibrationImages,
        epochs,
        other,
        batch,
        learningRate,
        momentum,
        weightDecay,
        precision,
        hopeless);
  }

  /** Returns the same in batches of another size. */
  public Fidelity inBatchesOf(int images) {
    return new Fidelity(
        recalibrationImages,
        epochs,
        share,
        images,
        learningRate,
        momentum,
        weightDecay,
        precision,
        hopeless);
  }

  /** Returns the same with another momentum and weight decay. */
  public Fidelity with(double otherMomentum, double otherWeightDecay) {
    return new Fidelity(
        recalibrationImages,
        epochs,
        share,
        batch,
        learningRate,
        otherMomentum,
        otherWeightDecay,
        precision,
        hopeless);
  }

  /** Returns the same in another precision. */
  public Fidelity in(Precision other) {
    return new Fidelity(
        recalibrationImages,
        epochs,
        share,
        batch,
        learningRate,
        momentum,
        weightDecay,
        other,
        hopeless);
  }

  /** Returns the same, candidates below an accuracy given up after their first epoch. */
  public Fidelity givingUpBelow(double accuracy) {
    return new Fidelity(
        recalibrationImages,
        epochs,
        share,
        batch,
        learningRate,
        momentum,
        weightDecay,
        precision,
        accuracy);
  }

  private static void check(boolean holds, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot judge candidates: " + reason + " (" + value + ")");
    }
  }
}
