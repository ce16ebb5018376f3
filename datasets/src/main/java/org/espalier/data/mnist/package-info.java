/**
 * MNIST, and whatever else has its shape, in idx files, plain or gzip.
 *
 * <p>Here belong the idx header, the check of files and labels, and the reading of slices.
 * Downloading belongs in {@code fetch}.
 */
package org.espalier.data.mnist;
