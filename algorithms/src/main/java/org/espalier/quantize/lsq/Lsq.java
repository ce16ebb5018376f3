package org.espalier.quantize.lsq;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.compress.BatchAdapter;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.network.Deployment;
import org.espalier.quantize.network.InputQuantization;
import org.espalier.quantize.network.TrainingForm;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Learned step size quantisation: the distance of neighbouring numbers on each grid is a parameter.
 *
 * <p>In training form the weights of every convolution, dense and output layer, and what each of
 * them reads, lie on grids with learned steps, at 8 bits for the first and the last layer. What is
 * read elsewhere, such as the sum of a residual block on its way past the next one, has 8 bits, so
 * that the whole network can be computed with integers; the paper leaves it as it is. Batch
 * normalisation is not folded in training, but in deployment form.
 *
 * <p>When to use it: at 2 to 4 bits. Start from a trained network, with momentum and a cosine
 * schedule from a tenth of its learning rate. Steps of activations come from the first batch: for
 * training on several workers, run one forward pass in training mode before the network is sent
 * out.
 *
 * <p>Esser et al., <a href="https://arxiv.org/abs/1902.08153">arXiv:1902.08153</a>.
 */
public final class Lsq implements CompressionAlgorithm, Serializable {
  private static final long serialVersionUID = 1L;

  private final LsqConfiguration configuration;

  /** Makes the algorithm. */
  public Lsq(LsqConfiguration configuration) {
    this.configuration = Objects.requireNonNull(configuration, "Cannot run LSQ: no configuration");
  }

  /** Makes the algorithm with the paper's settings for so many bits, from 2 to 8. */
  public Lsq(int bits) {
    this(LsqConfiguration.standard(bits));
  }

  /** Returns the settings. */
  public LsqConfiguration configuration() {
    return configuration;
  }

  @Override
  public ComputationGraph apply(ComputationGraph network) {
    TrainingForm form = TrainingForm.of(network);
    List<String> layers = form.placement().weighted();
    for (String layer : layers) {
      form.weights(
          layer,
          new LearnedWeights(
              isEnd(layer, layers) ? configuration.endBits() : configuration.weightBits(),
              configuration.perChannel()));
    }
    InputQuantization.place(
        form,
        layer -> isEnd(layer, layers) ? configuration.endBits() : configuration.activationBits(),
        (source, bits, nonNegative) ->
            new LearnedActivation(nonNegative ? CodeRange.unsigned(bits) : CodeRange.signed(bits)));
    return form.build();
  }

  private static boolean isEnd(String layer, List<String> layers) {
    return layer.equals(layers.get(0)) || layer.equals(layers.get(layers.size() - 1));
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
    return "Lsq(" + configuration + ")";
  }
}
