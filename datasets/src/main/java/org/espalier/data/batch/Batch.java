package org.espalier.data.batch;

import org.espalier.data.ImageShape;

/**
 * Images ready for a network.
 *
 * @param features NHWC: {@code size * shape.size()} normalised floats
 * @param labels the class of each image, counted from 0
 * @param size the number of images
 * @param shape the shape of each image
 * @param indices the position of each image in the whole set
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Batch(float[] features, int[] labels, int size, ImageShape shape, long[] indices) {}
