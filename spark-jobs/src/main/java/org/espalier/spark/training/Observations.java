package org.espalier.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.DerivedParameters;
import org.espalier.nn.ObservedParameters;
import org.espalier.nn.ParameterAverage;
import org.espalier.spark.collective.RingAllReduce;

/**
 * Makes of what ranks' layers have observed in a step, each in its own batch, what all have: ranges
 * become those of all examples, and what follows from them is computed anew.
 *
 * <p>Each rank adds its values, in places of their own, to zeros of the others, which is exact.
 */
final class Observations {
  private final ObservedParameters observed;
  private final DerivedParameters derived;
  private final RingAllReduce ring;
  private final int stride;
  private final ByteBuffer slots;

  Observations(ComputationGraph graph, RingAllReduce ring) {
    this.observed = ObservedParameters.of(graph);
    this.derived = DerivedParameters.of(graph);
    this.ring = ring;
    this.stride = 1 + observed.layout().length();
    this.slots =
        ByteBuffer.allocateDirect(
                observed.isEmpty() ? 0 : Math.multiplyExact(ring.ranks(), stride * Float.BYTES))
            .order(ByteOrder.nativeOrder());
  }

  /**
   * Combines the observations of all ranks; all have the same bits afterwards.
   *
   * @param examples those that this rank has seen in the step; with none, what its layers have does
   *     not count
   */
  void exchange(int examples) {
    if (ring.ranks() == 1) {
      return;
    }
    if (!observed.isEmpty()) {
      FloatBuffer values = slots.asFloatBuffer();
      values.put(new float[values.capacity()]);
      if (examples > 0) {
        values.put(ring.rank() * stride, examples);
        values.put(ring.rank() * stride + 1, observed.values());
      }
      ring.sum(slots);
      observed.put(together(values));
    }
    derived.recompute();
  }

  private float[] together(FloatBuffer values) {
    ParameterAverage all = ParameterAverage.none();
    for (int rank = 0; rank < ring.ranks(); rank++) {
      long examples = (long) values.get(rank * stride);
      if (examples > 0) {
        float[] own = new float[stride - 1];
        values.get(rank * stride + 1, own);
        all = all.plus(ParameterAverage.of(examples, own), observed.layout());
      }
    }
    return all.values(observed.layout());
  }
}
