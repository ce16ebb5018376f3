package org.espalier.spark.training;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterClasses;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A layer from outside that multiplies its input by one learned number, and observes in training
 * what goes in: the least and the greatest value, their distance, and a decaying mean.
 */
public final class Gain extends BaseLayer implements ParameterClasses {
  static final List<String> NAMES = List.of("gain", "least", "greatest", "span", "mean");

  private static final long serialVersionUID = 1L;

  /** For deserialisation too. */
  public Gain() {}

  static float decay(float mean, float batch) {
    return 0.5f * mean + 0.5f * batch;
  }

  @Override
  public ParameterClass parameterClass(String parameter) {
    return switch (parameter) {
      case "least" -> ParameterClass.MINIMUM;
      case "greatest" -> ParameterClass.MAXIMUM;
      case "span" -> ParameterClass.RECOMPUTE;
      default -> ParameterClass.MEAN;
    };
  }

  @Override
  public void recompute(Map<String, INDArray> parameters) {
    parameters
        .get("span")
        .assign(parameters.get("greatest").getFloat(0) - parameters.get("least").getFloat(0));
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    Computation runtime = new Computation(conf, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(index);
    runtime.setParamsViewArray(paramsView);
    runtime.setParamTable(initializer().init(conf, paramsView, initializeParams));
    return runtime;
  }

  @Override
  public ParamInitializer initializer() {
    return new Initializer();
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return parameter.equals("gain") ? super.getUpdaterByParam(parameter) : new NoOp();
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return input;
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    // Takes what it is given.
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
    return new LayerMemoryReport.Builder(getLayerName(), Gain.class, input, input).build();
  }

  private static final class Initializer implements ParamInitializer {
    @Override
    public long numParams(NeuralNetConfiguration conf) {
      return NAMES.size();
    }

    @Override
    public long numParams(Layer layer) {
      return NAMES.size();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
      return NAMES;
    }

    @Override
    public List<String> weightKeys(Layer layer) {
      return NAMES;
    }

    @Override
    public List<String> biasKeys(Layer layer) {
      return List.of();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
      return true;
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
      return false;
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray view, boolean initializeParams) {
      NAMES.forEach(conf::addVariable);
      Map<String, INDArray> table = getGradientsFromFlattened(conf, view);
      if (initializeParams) {
        table.get("gain").assign(1);
        table.get("least").assign(Float.MAX_VALUE);
        table.get("greatest").assign(-Float.MAX_VALUE);
        table.get("span").assign(0);
        table.get("mean").assign(0);
      }
      return table;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray view) {
      INDArray row = view.reshape(view.length());
      Map<String, INDArray> table = new LinkedHashMap<>();
      for (int i = 0; i < NAMES.size(); i++) {
        table.put(NAMES.get(i), row.get(NDArrayIndex.interval(i, i + 1)).reshape(1, 1));
      }
      return table;
    }
  }

  private static final class Computation extends org.deeplearning4j.nn.layers.BaseLayer<Gain> {
    private static final long serialVersionUID = 1L;

    Computation(NeuralNetConfiguration conf, DataType dataType) {
      super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      if (training) {
        INDArray least = getParam("least");
        INDArray greatest = getParam("greatest");
        INDArray mean = getParam("mean");
        least.assign(Math.min(least.getFloat(0), input.minNumber().floatValue()));
        greatest.assign(Math.max(greatest.getFloat(0), input.maxNumber().floatValue()));
        mean.assign(decay(mean.getFloat(0), input.meanNumber().floatValue()));
        layerConf().recompute(paramTable());
      }
      INDArray output = input.mul(getParam("gain").getFloat(0));
      return workspaces.leverageTo(ArrayType.ACTIVATIONS, output);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      Gradient gradient = new DefaultGradient();
      for (String name : NAMES) {
        INDArray view = gradientViews.get(name);
        view.assign(name.equals("gain") ? epsilon.mul(input).sumNumber() : 0);
        gradient.setGradientFor(name, view);
      }
      INDArray next = epsilon.mul(getParam("gain").getFloat(0));
      return new Pair<>(gradient, workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, next));
    }

    @Override
    public boolean isPretrainLayer() {
      return false;
    }

    @Override
    public boolean hasBias() {
      return false;
    }
  }
}
