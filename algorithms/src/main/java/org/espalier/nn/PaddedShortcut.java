package org.espalier.nn;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The shortcut without parameters ("option A"): [N, H, W, C] to [N, ceil(H / s), ceil(W / s),
 * before + C + after].
 *
 * <p>It takes every s-th pixel of every s-th row, starting with the first, and puts channels of
 * zeros before and after.
 *
 * <p>He et al., <a href="https://arxiv.org/abs/1512.03385">arXiv:1512.03385</a>, section 3.3.
 */
public class PaddedShortcut extends ParameterlessLayer implements ChannelWise {
  private static final long serialVersionUID = 1L;

  @JsonProperty("stride")
  private int stride = 1;

  @JsonProperty("before")
  private int before;

  @JsonProperty("after")
  private int after;

  /** For deserialisation; use {@link #builder}. */
  public PaddedShortcut() {}

  private PaddedShortcut(Builder builder) {
    super(builder);
    this.stride = builder.stride;
    this.before = builder.before;
    this.after = builder.after;
  }

  /**
   * A shortcut.
   *
   * @param stride distance of the pixels taken, at least 1
   * @param before zero channels in front, at least 0
   * @param after zero channels at the end, at least 0
   */
  public static Builder builder(int stride, int before, int after) {
    return new Builder(stride, before, after);
  }

  /** Distance of the pixels taken. */
  public int stride() {
    return stride;
  }

  /** Zero channels in front. */
  public int before() {
    return before;
  }

  /** Zero channels at the end. */
  public int after() {
    return after;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    return Settings.place(new PaddedShortcutRuntime(conf, dataType), listeners, index);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputType.InputTypeConvolutional input = Settings.nhwc(getLayerName(), inputType);
    return InputType.convolutional(
        (input.getHeight() + stride - 1) / stride,
        (input.getWidth() + stride - 1) / stride,
        before + input.getChannels() + after,
        CNN2DFormat.NHWC);
  }

  @Override
  public int[] sources(int inputs) {
    return IntStream.range(-before, inputs + after)
        .map(i -> i < inputs ? Math.max(i, -1) : -1)
        .toArray();
  }

  @Override
  public Set<String> channelParameters() {
    return Set.of();
  }

  @Override
  public PaddedShortcut withChannels(int[] inputs, int[] outputs) {
    PaddedShortcut slim = clone();
    slim.before = (int) Arrays.stream(outputs).filter(channel -> channel < before).count();
    slim.after = outputs.length - inputs.length - slim.before;
    return slim;
  }

  @Override
  public PaddedShortcut clone() {
    return (PaddedShortcut) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PaddedShortcut that
        && stride == that.stride
        && before == that.before
        && after == that.after
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), stride, before, after);
  }

  @Override
  public String toString() {
    return "PaddedShortcut(stride=" + stride + ", before=" + before + ", after=" + after + ")";
  }

  /** Builds a {@link PaddedShortcut}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends Layer.Builder<Builder> {
    private final int stride;
    private final int before;
    private final int after;

    private Builder(int stride, int before, int after) {
      if (stride < 1) {
        throw new IllegalArgumentException(
            "Cannot build a shortcut: stride must be at least 1 (" + stride + ")");
      }
      if (before < 0 || after < 0) {
        throw new IllegalArgumentException(
            "Cannot build a shortcut: zero channels must not be negative ("
                + before
                + ", "
                + after
                + ")");
      }
      this.stride = stride;
      this.before = before;
      this.after = after;
    }

    @Override
    public PaddedShortcut build() {
      return new PaddedShortcut(this);
    }
  }
}
