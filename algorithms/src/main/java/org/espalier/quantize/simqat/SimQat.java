package org.espalier.quantize.simqat;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.compress.BatchAdapter;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.network.Deployment;
import org.espalier.quantize.network.Placement;
import org.espalier.quantize.network.TrainingForm;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Training with simulated quantisation: weights and activations are rounded as they will be in
 * deployment, and gradients pass through as if they were not.
 *
 * <p>In training form every convolution, dense and output layer computes with rounded weights, and
 * activations are rounded where a runtime keeps them as integers ({@link Placement}). Batch
 * normalisation stays as it is with one symmetric narrow grid for each output channel: folding it
 * into the weights before rounding or after makes the same integers, since rounding commutes with
 * the scaling of a channel. With other grids it is folded in training ({@link Folding}). In
 * deployment form it is always folded.
 *
 * <p>When to use it: at 8 bits, for a network whose accuracy suffers from rounding after training;
 * below, {@code org.espalier.quantize.lsq} does better. Start from a trained network, with a small
 * learning rate. Training on several workers should start from ranges that all know: one forward
 * pass in training mode, before they are sent out, sets them.
 *
 * <p>Jacob et al., <a href="https://arxiv.org/abs/1712.05877">arXiv:1712.05877</a>; Krishnamoorthi,
 * <a href="https://arxiv.org/abs/1806.08342">arXiv:1806.08342</a>.
 */
public final class SimQat implements CompressionAlgorithm, Serializable {
  private static final long serialVersionUID = 1L;

  private final SimQatConfiguration configuration;

  /** Makes the algorithm. */
  public SimQat(SimQatConfiguration configuration) {
    this.configuration =
        Objects.requireNonNull(configuration, "Cannot run SimQAT: no configuration");
  }

  /** Makes the algorithm with the default settings for so many bits, from 2 to 8. */
  public SimQat(int bits) {
    this(SimQatConfiguration.standard(bits));
  }

  /** Returns the settings. */
  public SimQatConfiguration configuration() {
    return configuration;
  }

  @Override
  public ComputationGraph apply(ComputationGraph network) {
    TrainingForm form = TrainingForm.of(network);
    RangeWeights weights = new RangeWeights(configuration.weights(), configuration.weightDelay());
    List<String> folded =
        configuration.folding() == Folding.COMMUTING
            ? List.of()
            : form.fuse(
                (convolution, normalization) ->
                    new FoldedConvolution(
                        convolution,
                        normalization,
                        weights,
                        configuration.folding(),
                        configuration.normalizationFreeze()));
    for (String layer : form.placement().weighted()) {
      if (!folded.contains(layer)) {
        form.weights(layer, weights);
      }
    }
    for (Placement.Site site : form.placement().sites()) {
      form.behind(site, new ObservedActivation(settings()));
    }
    if (configuration.normalizationFreeze() != ObservedSettings.NEVER) {
      form.freezeNormalization(configuration.normalizationFreeze());
    }
    return form.build();
  }

  private ObservedSettings settings() {
    return new ObservedSettings(
        configuration.activations(),
        configuration.symmetricActivations(),
        configuration.observer(),
        configuration.activationDelay(),
        configuration.observerFreeze());
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
    return "SimQat(" + configuration + ")";
  }
}
