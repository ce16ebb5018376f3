package org.espalier.prune.scop;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.compress.BatchAdapter;
import org.espalier.compress.BatchMoments;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.nn.CosineSchedule;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Scientific control for reliable neural network pruning: channels that do no better than features
 * of images without relation to the label are pruned.
 *
 * <p>In training form each convolution of a residual branch mixes its features with those of a
 * knockoff image, in proportions that are learned with everything else frozen ({@link
 * ControlFactor}). The importance of a channel is |gamma| (2 b - 1); the floor(rate * C) channels
 * of each layer with the lowest go. {@link #convert} gives the physically slim network; recalibrate
 * its batch normalisation ({@link BatchMoments}), whose running statistics the knockoffs have
 * moved, and fine-tune it.
 *
 * <p>Use it for networks of residual blocks with batch normalisation behind each convolution; the
 * residual stream keeps its width, so that a network whose cost lies outside its blocks gains
 * little.
 *
 * <p>Tang et al., NeurIPS 2020, <a href="https://arxiv.org/abs/2010.10732">arXiv:2010.10732</a>;
 * what it leaves open is as in the authors' code.
 */
public final class Scop implements CompressionAlgorithm, Serializable {
  private static final long serialVersionUID = 1L;
  private static final double MOMENTUM = 0.9;
  private static final int WARMUP_EPOCHS = 5;

  private final ScopConfiguration configuration;
  private final KnockoffSource source;

  /**
   * Makes the algorithm with knockoffs that need no data of their own.
   *
   * @throws IllegalArgumentException for {@link Knockoff#GAUSSIAN} and {@link Knockoff#IMAGES}
   */
  public Scop(ScopConfiguration configuration) {
    this(configuration, source(configuration.knockoff()));
  }

  /**
   * Makes the algorithm with a given source of knockoffs.
   *
   * @param source takes precedence over the kind that the configuration names
   */
  public Scop(ScopConfiguration configuration, KnockoffSource source) {
    this.configuration = Objects.requireNonNull(configuration, "Cannot run SCOP: no configuration");
    this.source = Objects.requireNonNull(source, "Cannot run SCOP: no source of knockoffs");
  }

  private static KnockoffSource source(Knockoff kind) {
    return switch (kind) {
      case DERANGEMENT -> Derangement.random();
      case PERMUTATION -> new Permutation();
      case NOISE -> new Noise();
      case GAUSSIAN, IMAGES ->
          throw new IllegalArgumentException(
              "Cannot run SCOP: this kind of knockoffs is made from data; give the source ("
                  + kind
                  + ")");
    };
  }

  /** Returns the settings. */
  public ScopConfiguration configuration() {
    return configuration;
  }

  /** Returns where knockoffs come from. */
  public KnockoffSource source() {
    return source;
  }

  @Override
  public ComputationGraph apply(ComputationGraph network) {
    return KnockoffForm.add(network, updater(), isOfficial(), this::loss);
  }

  @Override
  public List<TrainingListener> callbacks() {
    return List.of();
  }

  @Override
  public ILossFunction loss(ILossFunction loss) {
    return isOfficial() ? new RealRowsLoss(loss) : loss;
  }

  @Override
  public BatchAdapter batches() {
    return new KnockoffBatches(source, !isOfficial());
  }

  @Override
  public ComputationGraph convert(ComputationGraph trained) {
    return PrunedForm.slim(KnockoffForm.remove(trained), PrunedLayer.selection(select(trained)));
  }

  /**
   * Scores the channels of a network and selects those that stay.
   *
   * @param trained a network that {@link #apply} gave, or, for an importance that needs no control
   *     factors, any network of residual blocks
   * @return one entry a prunable convolution, in the order of the network's blocks
   * @throws IllegalArgumentException when control factors are needed and missing
   */
  public List<PrunedLayer> select(ComputationGraph trained) {
    List<PrunedLayer> layers = new ArrayList<>();
    for (PrunableUnit unit : ResidualBlocks.units(trained.getConfiguration())) {
      double[] gamma =
          numbers(trained, unit.normalization(), BatchNormalizationParamInitializer.GAMMA);
      double[] factors = factors(trained, unit, gamma.length);
      double[] scores =
          configuration.importance().scores(gamma, factors, configuration.seed(), layers.size());
      layers.add(
          new PrunedLayer(
              unit.convolution(),
              gamma.length,
              ChannelSelection.keep(scores, configuration.rate()),
              factors,
              scores));
    }
    return layers;
  }

  private double[] factors(ComputationGraph trained, PrunableUnit unit, int channels) {
    if (unit.factor() != null) {
      return numbers(trained, unit.factor(), ControlFactor.FACTOR);
    }
    if (configuration.importance().needsFactors()) {
      throw new IllegalArgumentException(
          "Cannot score the channels of "
              + unit.convolution()
              + ": it has no control factors; apply SCOP first");
    }
    double[] initial = new double[channels];
    Arrays.fill(initial, ControlFactor.INITIAL);
    return initial;
  }

  /**
   * Returns a network that computes zero in the channels that do not stay.
   *
   * @param network a network of residual blocks, not in training form
   */
  public static ComputationGraph masked(ComputationGraph network, ChannelSelection selection) {
    return PrunedForm.masked(network, selection);
  }

  /**
   * Returns a network without the channels that do not stay; it computes what the masked one does.
   *
   * @param network a network of residual blocks, not in training form
   */
  public static ComputationGraph slim(ComputationGraph network, ChannelSelection selection) {
    return PrunedForm.slim(network, selection);
  }

  private IUpdater updater() {
    if (isOfficial()) {
      return new Adam(
          configuration.learningRate(), configuration.beta1(), configuration.beta2(), 1e-8);
    }
    int epochs = configuration.epochs();
    return new HeavyBall(
        configuration.learningRate(),
        new CosineSchedule(
            configuration.learningRate(), epochs, Math.min(WARMUP_EPOCHS, epochs - 1)),
        MOMENTUM);
  }

  private boolean isOfficial() {
    return configuration.compatibility() == Compatibility.OFFICIAL;
  }

  private static double[] numbers(ComputationGraph network, String vertex, String parameter) {
    INDArray array = network.getVertex(vertex).paramTable(false).get(parameter);
    return array.dup('c').reshape(array.length()).toDoubleVector();
  }

  @Override
  public String toString() {
    return "Scop(" + configuration + ", " + source + ")";
  }
}
