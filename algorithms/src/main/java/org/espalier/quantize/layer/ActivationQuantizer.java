package org.espalier.quantize.layer;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.nn.ChannelWise;
import org.espalier.quantize.Quantization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A layer that rounds activations of any shape to one grid.
 *
 * <p>Its parameters are single numbers, 0 while nothing was seen; nothing decays them. At inference
 * an input passes unchanged while there is no grid yet.
 */
public abstract class ActivationQuantizer extends BaseLayer implements ChannelWise {
  private static final long serialVersionUID = 1L;

  /** Returns the grid at inference; empty while nothing was seen. */
  public abstract Optional<Quantization> quantization(Map<String, INDArray> parameters);

  /** Returns the names of the parameters, in order. */
  protected abstract List<String> parameterNames();

  /** Makes the runtime, without parameters. */
  protected abstract ActivationRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType);

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    ActivationRuntime<?> runtime = runtime(conf, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(index);
    runtime.setParamsViewArray(paramsView);
    Map<String, INDArray> table = initializer().init(conf, paramsView, initializeParams);
    runtime.setParamTable(table);
    return runtime;
  }

  @Override
  public ParamInitializer initializer() {
    return SingleNumbers.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return input;
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    // Any number of channels is taken.
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    return null;
  }

  @Override
  public boolean isPretrainParam(String parameter) {
    return false;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    return new LayerMemoryReport.Builder(getLayerName(), getClass(), input, input)
        .standardMemory(parameterNames().size(), 0)
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
    return Set.of();
  }

  @Override
  public ActivationQuantizer withChannels(int[] inputs, int[] outputs) {
    return (ActivationQuantizer) clone();
  }
}
