package org.espalier.spark.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One partition of DL4J data sets, cut into batches and packed as bytes. */
final class PackedBatches implements Serializable, WorkerBatches {
  private static final long serialVersionUID = 1L;

  private final byte[][] batches;

  private PackedBatches(byte[][] batches) {
    this.batches = batches;
  }

  /** Packs data sets of any size into batches of one size, in their order. */
  static PackedBatches pack(Iterator<MultiDataSet> sets, int batch) throws IOException {
    List<byte[]> packed = new ArrayList<>();
    IteratorMultiDataSetIterator batches = new IteratorMultiDataSetIterator(sets, batch);
    while (batches.hasNext()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      batches.next().save(bytes);
      packed.add(bytes.toByteArray());
    }
    return new PackedBatches(packed.toArray(new byte[0][]));
  }

  @Override
  public int steps() {
    return batches.length;
  }

  @Override
  public WorkerBatch batch(int step) throws IOException {
    MultiDataSet set = new org.nd4j.linalg.dataset.MultiDataSet();
    set.load(new ByteArrayInputStream(batches[step]));
    return new WorkerBatch(set, Math.toIntExact(set.getFeatures(0).size(0)));
  }
}
