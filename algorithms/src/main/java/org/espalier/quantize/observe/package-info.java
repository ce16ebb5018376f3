/**
 * Finds the range of numbers that a quantisation should cover.
 *
 * <p>{@link org.espalier.quantize.observe.RunningRange} follows batches in training; {@link
 * org.espalier.quantize.observe.Histogram} collects a calibration set, from which a {@link
 * org.espalier.quantize.observe.Clipping} chooses. Nothing here knows layers.
 */
package org.espalier.quantize.observe;
