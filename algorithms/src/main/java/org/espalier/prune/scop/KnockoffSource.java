package org.espalier.prune.scop;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/**
 * Makes knockoffs: images that look like those of a batch but say nothing about their labels.
 *
 * <p>One knockoff a real image and step. A source travels to executors; what it draws comes from
 * the stream given, so that the same stream gives the same knockoffs.
 */
public interface KnockoffSource extends Serializable {

  /**
   * Writes the knockoffs of a batch behind its images.
   *
   * @param stacked NHWC floats of 2 * rows images; the first half holds the real ones and stays as
   *     it is, the second half is written
   * @param rows the number of real images
   * @param shape the shape of each image
   * @param random the stream of this step
   * @return for each knockoff, the real row whose label it would carry
   * @throws IllegalArgumentException when the source cannot serve a batch of this size or shape
   */
  int[] fill(float[] stacked, int rows, ImageShape shape, SplittableRandom random);
}
