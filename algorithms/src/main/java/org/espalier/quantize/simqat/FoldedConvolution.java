package org.espalier.quantize.simqat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterClasses;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.NormalizedWeights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution of NHWC images with its batch normalisation, folded into the weights before they
 * are rounded, in training and at inference.
 *
 * <p>Parameters are those of the convolution, then those of the normalisation, by their own names.
 * With running mean m and variance v, factor f = gamma / sqrt(v + eps) and W^ = round(W f),
 * inference gives conv(x, W^) + beta + (b - m) f, and so does training once it is frozen. Before
 * that it gives what normalisation with the statistics of the batch would, as {@link Folding} says.
 */
public final class FoldedConvolution extends BaseLayer
    implements NormalizedWeights, ParameterClasses {
  private static final long serialVersionUID = 1L;

  @JsonProperty("convolution")
  private ConvolutionLayer convolution;

  @JsonProperty("convolutionName")
  private String convolutionName;

  @JsonProperty("normalization")
  private BatchNorm normalization;

  @JsonProperty("weights")
  private RangeWeights weights;

  @JsonProperty("folding")
  private Folding folding;

  @JsonProperty("freeze")
  private int freeze;

  /** For deserialisation; use the other constructor. */
  public FoldedConvolution() {}

  /**
   * Describes a folded convolution.
   *
   * @param convolution without activation function
   * @param freeze the first iteration with running statistics, which then stay
   */
  public FoldedConvolution(
      ConvolutionLayer convolution,
      BatchNorm normalization,
      RangeWeights weights,
      Folding folding,
      int freeze) {
    if (folding == Folding.COMMUTING) {
      throw new IllegalArgumentException(
          "Cannot fold batch normalisation: rounding that commutes needs no folding ("
              + folding
              + ")");
    }
    this.convolution = convolution.clone();
    this.convolutionName = convolution.getLayerName();
    this.normalization = normalization.clone();
    this.weights = weights;
    this.folding = folding;
    this.freeze = freeze;
    this.iUpdater = convolution.getIUpdater();
    this.weightInitFn = convolution.getWeightInitFn();
  }

  @Override
  public ConvolutionLayer convolution() {
    return convolution;
  }

  @Override
  public String convolutionName() {
    return convolutionName;
  }

  @Override
  public BatchNorm normalization() {
    return normalization;
  }

  RangeWeights weights() {
    return weights;
  }

  Folding folding() {
    return folding;
  }

  int freeze() {
    return freeze;
  }

  @Override
  public IntegerWeights integers(Map<String, INDArray> parameters) {
    FoldedWeights folded = FoldedWeights.of(this, parameters);
    return weights.integers(folded.latent());
  }

  @Override
  public double[] foldedBias(Map<String, INDArray> parameters) {
    return FoldedWeights.of(this, parameters).bias();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    FoldedRuntime runtime = new FoldedRuntime(conf, listeners, index, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(index);
    runtime.setParamsViewArray(paramsView);
    Map<String, INDArray> table = initializer().init(conf, paramsView, initializeParams);
    runtime.setParamTable(table);
    return runtime;
  }

  @Override
  public FoldedParameters initializer() {
    return FoldedParameters.INSTANCE;
  }

  private BaseLayer owner(String parameter) {
    return convolution.initializer().paramKeys(convolution).contains(parameter)
        ? convolution
        : normalization;
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return owner(parameter).getUpdaterByParam(parameter);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    return owner(parameter).getRegularizationByParam(parameter);
  }

  @Override
  public ParameterClass parameterClass(String parameter) {
    return parameter.equals(BatchNormalizationParamInitializer.GLOBAL_VAR)
        ? ParameterClass.POOLED_VARIANCE
        : ParameterClass.MEAN;
  }

  @Override
  public boolean isPretrainParam(String parameter) {
    return false;
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return convolution.getOutputType(index, input);
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    convolution.setNIn(input, override);
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    return convolution.getPreProcessorForInputType(input);
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    return convolution.getMemoryReport(input);
  }

  @Override
  public FoldedConvolution clone() {
    FoldedConvolution copy = (FoldedConvolution) super.clone();
    copy.convolution = convolution.clone();
    copy.normalization = normalization.clone();
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FoldedConvolution that
        && convolution.equals(that.convolution)
        && convolutionName.equals(that.convolutionName)
        && normalization.equals(that.normalization)
        && weights.equals(that.weights)
        && folding == that.folding
        && freeze == that.freeze
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        super.hashCode(), convolution, convolutionName, normalization, weights, folding, freeze);
  }

  @Override
  public String toString() {
    return "FoldedConvolution("
        + convolutionName
        + ", "
        + weights
        + ", "
        + folding
        + ", freeze="
        + freeze
        + ")";
  }
}
