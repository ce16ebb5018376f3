/**
 * Layers that compute with quantised numbers, whatever the algorithm that trains them.
 *
 * <p>{@link org.espalier.quantize.layer.QuantizedLayer} puts a {@link
 * org.espalier.quantize.layer.WeightQuantizer} between the parameters of a layer and what it
 * computes with; {@link org.espalier.quantize.layer.ActivationQuantizer} rounds activations. All
 * that they learn is in the parameter vector, schedules follow the network's iteration and epoch.
 * Where they stand in a network is decided in {@code org.espalier.quantize.network}.
 */
package org.espalier.quantize.layer;
