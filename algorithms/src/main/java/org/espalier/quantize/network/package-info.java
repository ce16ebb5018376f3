/**
 * Networks in training form and in deployment form.
 *
 * <p>{@link org.espalier.quantize.network.Placement} says which activations a runtime keeps as
 * integers; {@link org.espalier.quantize.network.Deployment} makes of a trained network one with
 * fixed grids and no batch normalisation; {@link org.espalier.quantize.network.QuantizedNetwork}
 * describes that one's integers. How grids are found belongs to the algorithms.
 */
package org.espalier.quantize.network;
