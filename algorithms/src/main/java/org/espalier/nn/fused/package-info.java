/**
 * Whole networks compiled for training and inference.
 *
 * <p>A compiler reads a {@code ComputationGraph} and makes a {@code Program}: phases of actions
 * that go through the batch slice by slice, a slice being few enough images that what one action
 * writes is still in the core's cache when the next one reads it. A phase ends where something is
 * needed of the whole batch, as batch normalisation's statistics are. Values are written once; from
 * who reads them when, the program finds out which are kept for the batch and which share scratch
 * memory. What is cheap to compute is computed again rather than kept.
 *
 * <p>At inference, where roundings and weights have grids for good, values are codes: integers in
 * float32, which whoever reads them computes with exactly, or makes numbers of.
 *
 * <p>What compression makes of layers is not known here. Its runtimes say what a compiler asks:
 * {@link org.espalier.nn.fused.WeightMaker} makes the weights of another layer, {@link
 * org.espalier.nn.fused.Rounder} rounds activations, {@link
 * org.espalier.nn.fused.FreezableStatistics} may stop normalising with the batch.
 *
 * <p>Layers' own runtimes, which serve any graph one layer at a time, belong in {@code
 * org.espalier.nn}; oneDNN primitives for them in {@code org.espalier.nn.kernel}.
 */
package org.espalier.nn.fused;
