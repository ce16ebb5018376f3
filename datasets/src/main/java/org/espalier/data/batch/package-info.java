/**
 * From images in memory to shuffled, augmented NHWC float batches, prepared ahead of their use.
 *
 * <p>Here belong the order of images in an epoch and the thread that prepares batches. What happens
 * to one image's pixels belongs in {@code transform}.
 */
package org.espalier.data.batch;
