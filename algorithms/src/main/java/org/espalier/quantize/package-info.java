/**
 * Quantisation: networks whose weights and activations are small integers times a scale.
 *
 * <p>Here belongs the quantiser itself: {@link org.espalier.quantize.CodeRange which integers there
 * are}, {@link org.espalier.quantize.Quantization what they stand for}, and {@link
 * org.espalier.quantize.FakeQuantization rounding arrays to them} with a gradient. How ranges are
 * found is {@code .observe}; layers are {@code .layer}; where they stand in a network and what
 * comes out in the end is {@code .network}; each algorithm has a package of its own. File formats
 * do not belong here.
 */
package org.espalier.quantize;
