/**
 * Labelled images: what an image set is, where it comes from, how it is opened and cut into slices.
 *
 * <p>Here belong the interfaces and value types that every format shares, the one entry point
 * {@link org.espalier.data.Datasets} and the derivation of random streams. Each format has its own
 * package below this one; augmentation is in {@code transform}, float batches in {@code batch},
 * downloads in {@code fetch}. Nothing here knows a network, a tensor library or Spark.
 */
package org.espalier.data;
