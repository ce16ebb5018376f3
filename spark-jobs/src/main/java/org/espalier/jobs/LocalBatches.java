package org.espalier.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.data.transform.ImagePipeline;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Images in order, batch by batch, read in this process whenever they are gone through. */
final class LocalBatches implements Iterable<DataSet> {
  private final List<ImageSlice> slices;
  private final ImagePipeline pipeline;
  private final int classes;
  private final Configuration hadoop;
  private final UnaryOperator<INDArray> layout;

  /**
   * Cuts images into batches of nearly one size.
   *
   * @param pipeline what makes floats of an image
   * @param batch images in a batch, at most
   * @param layout what turns [N, H, W, C] into what the network takes
   */
  LocalBatches(
      Images images,
      ImagePipeline pipeline,
      int batch,
      Configuration hadoop,
      UnaryOperator<INDArray> layout) {
    this.slices = images.set().slices(Math.toIntExact((images.set().size() + batch - 1) / batch));
    this.pipeline = pipeline;
    this.classes = images.classes();
    this.hadoop = hadoop;
    this.layout = layout;
  }

  @Override
  public Iterator<DataSet> iterator() {
    return slices.stream().map(this::read).filter(data -> data.numExamples() > 0).iterator();
  }

  private DataSet read(ImageSlice slice) {
    try {
      List<LabeledImage> images = slice.read(hadoop).images();
      if (images.isEmpty()) {
        return new DataSet();
      }
      Batch batch = new Epoch(images, pipeline, BatchPlan.inOrder(images.size())).batch(0);
      DataSet data =
          BatchAdapter.plain().adapt(batch, classes, RandomStreams.of(0, "inspection", 0));
      return new DataSet(layout.apply(data.getFeatures()), data.getLabels());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
