/**
 * Quantisation after training: a trained network becomes integers without a gradient step.
 *
 * <p>{@link org.espalier.quantize.ptq.Ptq} rounds; what can be done to lose less by it, layers
 * equalised, biases corrected, roundings chosen, has a class each. {@link
 * org.espalier.quantize.ptq.Sensitivity} tells which layers suffer. Training with rounded numbers
 * belongs to the neighbouring packages, ranges to {@code org.espalier.quantize.observe}.
 */
package org.espalier.quantize.ptq;
