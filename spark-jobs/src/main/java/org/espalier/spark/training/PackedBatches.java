package org.espalier.spark.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
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
      packed.add(bytes(batches.next()));
    }
    return new PackedBatches(packed.toArray(new byte[0][]));
  }

  /** Returns a data set as bytes. */
  static byte[] bytes(MultiDataSet set) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    set.save(bytes);
    return bytes.toByteArray();
  }

  /** Returns the data set that bytes hold. */
  static MultiDataSet set(byte[] bytes) {
    MultiDataSet set = new org.nd4j.linalg.dataset.MultiDataSet();
    try {
      set.load(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return set;
  }

  @Override
  public int steps() {
    return batches.length;
  }

  @Override
  public WorkerBatch batch(int step) {
    MultiDataSet set = set(batches[step]);
    return new WorkerBatch(set, Math.toIntExact(set.getFeatures(0).size(0)));
  }
}
