/**
 * CIFAR-10 and CIFAR-100 in their official binary form.
 *
 * <p>Here belong the layout of a row, the check of files and labels, and the reading of slices.
 * Downloading the archives belongs in {@code fetch}.
 */
package org.espalier.data.cifar;
