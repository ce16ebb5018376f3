package org.espalier.prune.scop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.nn.ChannelWise;
import org.espalier.nn.PairMix;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterClasses;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Mixes, channel by channel, the features of real images with those of their knockoffs.
 *
 * <p>Stands between a convolution and its batch normalisation. Input and output have the same shape
 * [2n, ..., C]: rows 0 to n - 1 are real, rows n to 2n - 1 their knockoffs. In training, with Zr
 * and Zk the two halves and b the control factors, the output is
 *
 * <pre>[ b Zr + (1 - b) Zk ; Zk ]</pre>
 *
 * <p>In evaluation the input passes unchanged, bit for bit, whatever b is. The only parameter is
 * {@code b} [1, C], 0.5 at first, projected onto [0, 1] after every step unless the projection is
 * left out. An odd number of rows in training is refused.
 *
 * <p>Tang et al., SCOP, <a href="https://arxiv.org/abs/2010.10732">arXiv:2010.10732</a>, where b is
 * called beta; the position before batch normalisation is that of the authors' code.
 */
public final class ControlFactor extends BaseLayer
    implements ParameterClasses, PairMix, ChannelWise {
  /** The name of the parameter. */
  public static final String FACTOR = "b";

  /** The value of every factor before training. */
  public static final double INITIAL = 0.5;

  private static final long serialVersionUID = 1L;

  @JsonProperty private long channels;

  /** For deserialisation; use {@link #ControlFactor(long, IUpdater, boolean)}. */
  public ControlFactor() {}

  /**
   * Describes control factors.
   *
   * @param channels the number of channels, at least 1
   * @param updater how the factors learn
   * @param projected whether they are brought back to [0, 1] after every step
   */
  public ControlFactor(long channels, IUpdater updater, boolean projected) {
    if (channels < 1) {
      throw new IllegalArgumentException(
          "Cannot build control factors: there must be at least one channel (" + channels + ")");
    }
    this.channels = channels;
    this.iUpdater = Objects.requireNonNull(updater, "Cannot build control factors: no updater");
    if (projected) {
      this.constraints = new ArrayList<>(List.of(new UnitInterval(FACTOR)));
    }
  }

  @Override
  public String factorName() {
    return FACTOR;
  }

  /** Returns the number of channels. */
  public long channels() {
    return channels;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    ControlFactorRuntime runtime = new ControlFactorRuntime(conf, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(index);
    runtime.setParamsViewArray(paramsView);
    Map<String, INDArray> table = initializer().init(conf, paramsView, initializeParams);
    runtime.setParamTable(table);
    return runtime;
  }

  @Override
  public ControlFactorParameters initializer() {
    return ControlFactorParameters.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    checkInput(input);
    return input;
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    checkInput(input);
  }

  private void checkInput(InputType input) {
    if (input instanceof InputType.InputTypeConvolutional images
        && (images.getFormat() != CNN2DFormat.NHWC || images.getChannels() != channels)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot build layer %s: it takes NHWC images of %d channels (%s)",
              getLayerName(), channels, input));
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String param) {
    return null;
  }

  @Override
  public boolean isPretrainParam(String param) {
    return false;
  }

  @Override
  public ParameterClass parameterClass(String parameter) {
    return getConstraints() == null ? ParameterClass.MEAN : ParameterClass.UNIT_INTERVAL;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    return new LayerMemoryReport.Builder(getLayerName(), ControlFactor.class, input, input)
        .standardMemory(channels, getIUpdater().stateSize(channels))
        .workingMemory(0, 0, 0, input.arrayElementsPerExample())
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public int[] sources(int inputs) {
    return IntStream.range(0, inputs).toArray();
  }

  @Override
  public Set<String> channelParameters() {
    return Set.of(FACTOR);
  }

  @Override
  public ControlFactor withChannels(int[] inputs, int[] outputs) {
    ControlFactor slim = clone();
    slim.channels = outputs.length;
    return slim;
  }

  @Override
  public ControlFactor clone() {
    return (ControlFactor) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlFactor that && channels == that.channels && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), channels);
  }

  @Override
  public String toString() {
    return "ControlFactor(channels=" + channels + ", updater=" + getIUpdater() + ")";
  }
}
