/**
 * From stored bytes to the floats that a network sees: augmentation and normalisation.
 *
 * <p>Every random draw comes from a stream derived from (seed, epoch, index of the image), so an
 * image's augmented form depends neither on the batch it is in nor on the partition it is on.
 */
package org.espalier.data.transform;
