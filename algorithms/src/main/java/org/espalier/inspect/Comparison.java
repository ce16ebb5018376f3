package org.espalier.inspect;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A compressed network beside its original, on the same images: how close the outputs of the layers
 * are that both have by name.
 *
 * <p>Layers of equal shape are compared whole. Where channels are gone, the original's channels
 * that are left are compared if a map tells which they are; everything else is not comparable, and
 * says why.
 *
 * @param images how many images
 * @param layers by the vertex's name, in the compressed network's order
 */
public record Comparison(long images, Map<String, Fidelity> layers) {

  /** Copies the map, in its order. */
  public Comparison {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /**
   * Compares networks of one input.
   *
   * @param compressed an initialised network; not changed
   * @param original the network that it was made of; not changed
   * @param channels which channels are left, at least of the layers that lost some by themselves
   * @param batches images in the shape that both take
   */
  public static Comparison of(
      ComputationGraph compressed,
      ComputationGraph original,
      ChannelMap channels,
      Iterable<DataSet> batches) {
    ChannelMap map = channels.spreadOver(compressed);
    Map<String, Sums> sums = new LinkedHashMap<>();
    long images = 0;
    for (DataSet batch : batches) {
      Map<String, INDArray> before = Activations.of(original, batch.getFeatures());
      Activations.of(compressed, batch.getFeatures())
          .forEach(
              (name, after) -> {
                INDArray reference = before.get(name);
                if (reference != null) {
                  sums.computeIfAbsent(name, key -> new Sums())
                      .add(reference, after, map.kept(name));
                }
              });
      images += batch.getFeatures().size(0);
    }
    Map<String, Fidelity> layers = new LinkedHashMap<>();
    sums.forEach((name, sum) -> layers.put(name, sum.result()));
    return new Comparison(images, layers);
  }

  /** Energies of one layer's output. */
  private static final class Sums {
    private double signal;
    private double noise;
    private double after;
    private double product;
    private int channels;
    private String reason = "";

    void add(INDArray reference, INDArray output, Optional<int[]> kept) {
      if (reference.equalShapes(output)) {
        add(Activations.values(reference), Activations.values(output));
        return;
      }
      int axis = differentAxis(reference.shape(), output.shape());
      if (axis < 0) {
        reason = sizes(reference, output) + " are not shapes that differ in channels alone";
      } else if (kept.isEmpty()) {
        reason = sizes(reference, output) + "; no map tells which channels are left";
      } else if (!fits(kept.get(), reference.size(axis), output.size(axis))) {
        reason = sizes(reference, output) + "; the map names other channels";
      } else {
        channels = kept.get().length;
        add(select(reference, axis, kept.get()), Activations.values(output));
      }
    }

    private void add(float[] reference, float[] output) {
      for (int i = 0; i < reference.length; i++) {
        double x = reference[i];
        double y = output[i];
        signal += x * x;
        noise += (x - y) * (x - y);
        after += y * y;
        product += x * y;
      }
    }

    /** Returns the one axis, not the first, in which two shapes differ; -1 for none or several. */
    private static int differentAxis(long[] reference, long[] output) {
      int found = -1;
      for (int axis = 0; axis < reference.length; axis++) {
        if (reference.length != output.length || reference[axis] != output[axis]) {
          if (found >= 0 || axis == 0) {
            return -1;
          }
          found = axis;
        }
      }
      return found;
    }

    private static boolean fits(int[] kept, long before, long after) {
      return kept.length == after && Arrays.stream(kept).allMatch(c -> c >= 0 && c < before);
    }

    private static float[] select(INDArray array, int axis, int[] kept) {
      float[] from = Activations.values(array);
      int width = (int) array.size(axis);
      int inner = 1;
      for (int i = axis + 1; i < array.rank(); i++) {
        inner *= (int) array.size(i);
      }
      int outer = from.length / width / inner;
      float[] to = new float[outer * kept.length * inner];
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < kept.length; k++) {
          System.arraycopy(
              from, (o * width + kept[k]) * inner, to, (o * kept.length + k) * inner, inner);
        }
      }
      return to;
    }

    private static String sizes(INDArray reference, INDArray output) {
      return perImage(output) + " here, " + perImage(reference) + " before";
    }

    private static String perImage(INDArray array) {
      long[] shape = array.shape();
      return Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length));
    }

    Fidelity result() {
      return reason.isEmpty()
          ? new Fidelity(
              noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
              product / Math.sqrt(signal * after),
              channels,
              "")
          : Fidelity.none(reason);
    }
  }
}
