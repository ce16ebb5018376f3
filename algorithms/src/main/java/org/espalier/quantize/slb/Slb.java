package org.espalier.quantize.slb;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.compress.BatchAdapter;
import org.espalier.compress.BatchMoments;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.graph.NetworkGraph;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.lsq.LearnedActivation;
import org.espalier.quantize.lsq.LearnedWeights;
import org.espalier.quantize.network.Deployment;
import org.espalier.quantize.network.InputQuantization;
import org.espalier.quantize.network.TrainingForm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Searching for low-bit weights: each weight is a mixture of the few values that it may have, which
 * hardens in the course of training.
 *
 * <p>In training form the weights of convolutions are {@link SearchedWeights}; those of other
 * layers, and of the first unless it is searched too, have 8 bits and a learned step, as
 * activations have.
 *
 * <p>State batch normalisation: in training, batches are normalised by what mixtures make of them;
 * running statistics, which inference uses, must be those that hard weights make. Where the paper
 * keeps both at once, here, as in the authors' code, the latter are measured: {@link #calibrated}
 * replaces them, before a network is evaluated and before {@link #convert}. For a pass on several
 * workers, {@link BatchMoments} of {@link #hardened} are merged.
 *
 * <p>When to use it: at 1 or 2 bits, with as many epochs as training from scratch. Memory for
 * weights and updaters grows by 2^bits.
 *
 * <p>Yang et al., <a href="https://arxiv.org/abs/2009.08695">arXiv:2009.08695</a>.
 */
public final class Slb implements CompressionAlgorithm, Serializable {
  private static final long serialVersionUID = 1L;
  private static final int OTHERS = 8;

  private final SlbConfiguration configuration;

  /** Makes the algorithm. */
  public Slb(SlbConfiguration configuration) {
    this.configuration = Objects.requireNonNull(configuration, "Cannot run SLB: no configuration");
  }

  /** Returns the settings. */
  public SlbConfiguration configuration() {
    return configuration;
  }

  @Override
  public ComputationGraph apply(ComputationGraph network) {
    NetworkGraph graph = NetworkGraph.of(network);
    TrainingForm form = TrainingForm.of(network);
    List<String> layers = form.placement().weighted();
    List<String> searched =
        layers.stream()
            .filter(layer -> graph.node(layer).layer() instanceof ConvolutionLayer)
            .filter(layer -> configuration.searchesFirst() || !layer.equals(layers.get(0)))
            .toList();
    if (searched.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot search for weights: the network has no convolution to search (" + layers + ")");
    }
    for (String layer : layers) {
      form.weights(
          layer,
          searched.contains(layer)
              ? new SearchedWeights(configuration.weightBits(), configuration.temperature())
              : new LearnedWeights(OTHERS, false));
    }
    if (configuration.activationBits() != SlbConfiguration.UNQUANTIZED) {
      InputQuantization.place(
          form,
          layer -> searched.contains(layer) ? configuration.activationBits() : OTHERS,
          (source, bits, nonNegative) ->
              new LearnedActivation(
                  nonNegative ? CodeRange.unsigned(bits) : CodeRange.signed(bits)));
    }
    return form.build();
  }

  /**
   * Returns the network with hard weights in training mode too; nothing else changes.
   *
   * @param trained a network that {@link #apply} gave
   */
  public static ComputationGraph hardened(ComputationGraph trained) {
    return Deployment.hardened(trained, layer -> layer.quantizer() instanceof SearchedWeights);
  }

  /**
   * Returns a copy of the network whose batch normalisations have the statistics that hard weights
   * make; every parameter else is the same, bit for bit.
   *
   * @param trained a network that {@link #apply} gave
   * @param images batches of training images, NHWC; at least one
   */
  public static ComputationGraph calibrated(ComputationGraph trained, Iterable<INDArray> images) {
    ComputationGraph hard = hardened(trained);
    BatchMoments moments = new BatchMoments();
    images.forEach(batch -> moments.observe(hard, batch));
    return moments.recalibrate(trained);
  }

  @Override
  public List<TrainingListener> callbacks() {
    return List.of();
  }

  @Override
  public ILossFunction loss(ILossFunction loss) {
    return loss;
  }

  @Override
  public BatchAdapter batches() {
    return BatchAdapter.plain();
  }

  @Override
  public ComputationGraph convert(ComputationGraph trained) {
    return Deployment.of(trained);
  }

  @Override
  public String toString() {
    return "Slb(" + configuration + ")";
  }
}
