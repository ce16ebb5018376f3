package org.espalier.prune.scop;

import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gradient descent with Polyak's momentum: v = m v + g, then x = x - lr v.
 *
 * <p>Golden Stick trains control factors so; Deeplearning4j has Nesterov's momentum only.
 */
public final class HeavyBall implements IUpdater {
  private static final long serialVersionUID = 1L;
  private static final String STATE = "V";

  private double learningRate;
  private ISchedule learningRateSchedule;
  private final double momentum;

  /**
   * Describes the updater.
   *
   * @param learningRate the rate where there is no schedule
   * @param learningRateSchedule the rate by iteration and epoch; may be null
   * @param momentum what a step keeps of the steps before, from 0 to below 1
   */
  public HeavyBall(
      @JsonProperty("learningRate") double learningRate,
      @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
      @JsonProperty("momentum") double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Cannot use momentum: it must be in [0, 1) (" + momentum + ")");
    }
    this.learningRate = learningRate;
    this.learningRateSchedule = learningRateSchedule;
    this.momentum = momentum;
  }

  @Override
  public long stateSize(long parameters) {
    return parameters;
  }

  @Override
  public GradientUpdater<HeavyBall> instantiate(INDArray view, boolean initialize) {
    Updater updater = new Updater(this);
    updater.setStateViewArray(view, new long[] {1, view.length()}, view.ordering(), initialize);
    return updater;
  }

  @Override
  public GradientUpdater<HeavyBall> instantiate(Map<String, INDArray> state, boolean initialize) {
    Updater updater = new Updater(this);
    updater.setState(state, initialize);
    return updater;
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public HeavyBall clone() {
    return new HeavyBall(
        learningRate, learningRateSchedule == null ? null : learningRateSchedule.clone(), momentum);
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRateSchedule == null
        ? learningRate
        : learningRateSchedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    this.learningRate = rate;
    this.learningRateSchedule = schedule;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeavyBall that
        && Double.compare(learningRate, that.learningRate) == 0
        && Double.compare(momentum, that.momentum) == 0
        && Objects.equals(learningRateSchedule, that.learningRateSchedule);
  }

  @Override
  public int hashCode() {
    return Objects.hash(learningRate, learningRateSchedule, momentum);
  }

  @Override
  public String toString() {
    return String.format(
        "HeavyBall(learningRate=%s, momentum=%s)",
        learningRateSchedule == null ? learningRate : learningRateSchedule, momentum);
  }

  /** Holds the velocity. */
  private static final class Updater implements GradientUpdater<HeavyBall> {
    private final HeavyBall config;
    private INDArray velocity;

    Updater(HeavyBall config) {
      this.config = config;
    }

    @Override
    public HeavyBall getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> state, boolean initialize) {
      velocity = state.get(STATE);
    }

    @Override
    public Map<String, INDArray> getState() {
      return Map.of(STATE, velocity);
    }

    @Override
    public void setStateViewArray(
        INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
      if (initialize) {
        view.assign(0);
      }
      velocity = view.reshape(view.length());
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      velocity.muli(config.momentum).addi(gradient.reshape(velocity.length()));
      gradient.assign(
          velocity.mul(config.getLearningRate(iteration, epoch)).reshape(gradient.shape()));
    }
  }
}
