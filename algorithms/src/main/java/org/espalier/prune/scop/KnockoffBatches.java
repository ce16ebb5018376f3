package org.espalier.prune.scop;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.ImageShape;
import org.espalier.data.batch.Batch;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Stacks real images and their knockoffs: [X ; X~], with labels [Y ; Y] or [Y ; Y~]. */
final class KnockoffBatches implements BatchAdapter {
  private static final long serialVersionUID = 1L;

  private final KnockoffSource source;
  private final boolean labelsFollow;

  /**
   * Makes an adapter.
   *
   * @param labelsFollow whether a knockoff carries the label of the row that it was; otherwise the
   *     real labels are repeated, for losses that do not look at knockoff rows
   */
  KnockoffBatches(KnockoffSource source, boolean labelsFollow) {
    this.source = source;
    this.labelsFollow = labelsFollow;
  }

  @Override
  public DataSet adapt(Batch batch, int classes, SplittableRandom random) {
    ImageShape shape = batch.shape();
    int rows = batch.size();
    float[] stacked = Arrays.copyOf(batch.features(), 2 * rows * shape.size());
    int[] origin = source.fill(stacked, rows, shape, random);
    int[] labels = Arrays.copyOf(batch.labels(), 2 * rows);
    for (int i = 0; i < rows; i++) {
      labels[rows + i] = batch.labels()[labelsFollow ? origin[i] : i];
    }
    return new DataSet(
        Nd4j.createFromArray(stacked)
            .reshape('c', 2 * rows, shape.height(), shape.width(), shape.channels()),
        BatchAdapter.oneHot(labels, classes));
  }
}
