package org.espalier.prune.scop;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;

/**
 * Images that a generator made beforehand, drawn at random with replacement.
 *
 * <p>They are drawn independently of the batch, as the authors' code does with its generator's
 * output, but normalised as real images are. Their labels are not used.
 */
public final class GeneratedImages implements KnockoffSource {
  private static final long serialVersionUID = 1L;

  private final List<LabeledImage> images;
  private final ImagePipeline pipeline;

  /**
   * Holds images in memory.
   *
   * @param images at least one, all of the shape of the images that they are knockoffs of
   * @param normalization that of the real images
   */
  public GeneratedImages(List<LabeledImage> images, Normalization normalization) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot draw knockoffs from generated images: there are none (0)");
    }
    this.images = new ArrayList<>(images);
    this.pipeline = ImagePipeline.evaluation(normalization);
  }

  @Override
  public int[] fill(float[] stacked, int rows, ImageShape shape, SplittableRandom random) {
    for (int i = 0; i < rows; i++) {
      LabeledImage image = images.get(random.nextInt(images.size()));
      if (!image.shape().equals(shape)) {
        throw new IllegalArgumentException(
            String.format(
                "Cannot use a generated image as knockoff: real images are %s (%s)", shape, image));
      }
      pipeline.into(image, 0, 0, stacked, (rows + i) * shape.size());
    }
    return Orders.identity(rows);
  }

  @Override
  public String toString() {
    return "GeneratedImages(" + images.size() + ")";
  }
}
