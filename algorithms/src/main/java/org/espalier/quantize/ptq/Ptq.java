package org.espalier.quantize.ptq;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.network.InputQuantization;
import org.espalier.quantize.network.TrainingForm;
import org.espalier.quantize.observe.Histogram;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Quantisation after training: weights are rounded to the nearest numbers of their grids,
 * activations to grids that cover what calibration images make of them.
 *
 * <pre>{@code
 * ComputationGraph small = new Ptq(8).convert(network, images);
 * }</pre>
 *
 * <p>Batch normalisation is folded first; then, as configured, channels are equalised, activations
 * observed, roundings optimised and biases corrected, in that order. What layers with weights read
 * has the configured bits; what else a runtime keeps, such as the sum of a residual block on its
 * way past the next one, has 8.
 *
 * <p>When to use it: at 8 bits first of all, it takes seconds; at 4 bits for weights with roundings
 * optimised and biases corrected. Below, train ({@code org.espalier.quantize.lsq}). Some hundred
 * images calibrate.
 *
 * <p>On several workers each observes its images in what {@link #apply} gives; merged, the
 * histograms are those of all images.
 *
 * <p>Krishnamoorthi, <a href="https://arxiv.org/abs/1806.08342">arXiv:1806.08342</a>, section 3.
 */
public final class Ptq implements Serializable {
  private static final long serialVersionUID = 1L;

  private final PtqConfiguration configuration;

  /** Makes the algorithm. */
  public Ptq(PtqConfiguration configuration) {
    this.configuration =
        Objects.requireNonNull(configuration, "Cannot quantise after training: no configuration");
  }

  /** Makes the algorithm with the default settings for weights and activations, 2 to 8 bits. */
  public Ptq(int bits) {
    this(PtqConfiguration.standard(bits, bits));
  }

  /** Returns the settings. */
  public PtqConfiguration configuration() {
    return configuration;
  }

  /**
   * Returns the network as it is rounded, still in full precision: batch normalisation folded,
   * channels equalised where configured. It computes what the network given does.
   *
   * @throws IllegalArgumentException when the network is quantised already, or has no layer that
   *     can be
   */
  public ComputationGraph apply(ComputationGraph network) {
    return prepared(network).network();
  }

  private FoldedNetwork prepared(ComputationGraph network) {
    FoldedNetwork folded = FoldedNetwork.of(network);
    if (!configuration.equalized()) {
      return folded;
    }
    Map<String, double[]> divisors = Equalization.apply(folded.network());
    Map<String, NormalChannels> made = new TreeMap<>();
    folded
        .made()
        .forEach((name, channels) -> made.put(name, channels.dividedBy(divisors.get(name))));
    return new FoldedNetwork(folded.network(), made);
  }

  /** Returns what calibration images make of the activations of a network. */
  public ActivationHistograms observe(ComputationGraph network, Iterable<INDArray> images) {
    ComputationGraph prepared = apply(network);
    ActivationHistograms histograms = new ActivationHistograms();
    images.forEach(batch -> histograms.observe(prepared, batch));
    return histograms;
  }

  /**
   * Returns the network in deployment form.
   *
   * @param network a trained network; not changed
   * @param images batches of calibration images, in the shape that the network takes; none are
   *     needed for weights alone, rounded to the nearest
   * @throws IllegalArgumentException when the network is quantised already or has no layer that can
   *     be, or when images are needed and there are none
   */
  public ComputationGraph convert(ComputationGraph network, Iterable<INDArray> images) {
    return convert(
        network,
        configuration.quantizesActivations()
            ? observe(network, images)
            : new ActivationHistograms(),
        images);
  }

  /**
   * Returns the network in deployment form.
   *
   * @param network a trained network; not changed
   * @param histograms what calibration images made of what {@link #apply} gives
   * @param images batches of images for what is done layer by layer; not read where neither
   *     roundings are optimised nor biases corrected empirically
   * @throws IllegalArgumentException as above
   */
  public ComputationGraph convert(
      ComputationGraph network, ActivationHistograms histograms, Iterable<INDArray> images) {
    if (configuration.quantizesActivations() && histograms.rows() == 0) {
      throw new IllegalArgumentException("Cannot calibrate: the calibration set has no images (0)");
    }
    FoldedNetwork prepared = prepared(network);
    ComputationGraph rounded = rounded(prepared.network(), histograms);
    if (configuration.refines()) {
      List<INDArray> batches =
          StreamSupport.stream(images.spliterator(), false)
              .filter(batch -> !batch.isEmpty())
              .toList();
      if (batches.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot calibrate: the calibration set has no images (0)");
      }
      new Refinement(configuration, prepared.network(), rounded)
          .run(batches.toArray(new INDArray[0]));
    }
    if (configuration.biasCorrection() == BiasCorrection.ANALYTIC) {
      AnalyticCorrection.apply(prepared, rounded);
    }
    return rounded;
  }

  private ComputationGraph rounded(ComputationGraph network, ActivationHistograms histograms) {
    TrainingForm form = TrainingForm.of(network);
    List<String> layers = form.placement().weighted();
    NetworkGraph graph = NetworkGraph.of(network);
    for (String name : layers) {
      WeightLayout layout = WeightLayout.of(graph.node(name).layer());
      WeightScheme scheme = configuration.weights(isEnd(name, layers));
      double[] weights = layout.read(Nodes.weights(network, name));
      IntegerWeights integers =
          WeightGrids.of(scheme, configuration.clippedWeights(), weights, layout.channels())
              .integers(weights, scheme.codes());
      form.weights(name, FixedWeights.of(integers));
    }
    if (configuration.quantizesActivations()) {
      InputQuantization.place(
          form,
          name -> configuration.inputBits(isEnd(name, layers)),
          (source, bits, nonNegative) ->
              new FixedActivation(grid(histograms.histogram(source), bits)));
    }
    return form.build();
  }

  private Quantization grid(Histogram histogram, int bits) {
    CodeRange codes = CodeRange.unsigned(bits);
    return Quantization.asymmetric(configuration.clipping().range(histogram, codes), codes);
  }

  private static boolean isEnd(String layer, List<String> layers) {
    return layer.equals(layers.get(0)) || layer.equals(layers.get(layers.size() - 1));
  }

  @Override
  public String toString() {
    return "Ptq(" + configuration + ")";
  }
}
