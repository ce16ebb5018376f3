/**
 * Float32 kernels on oneDNN, in place on ND4J's memory.
 *
 * <p>A kernel is built for one shape and run many times; {@link org.espalier.nn.kernel.KernelCache}
 * keeps a few per layer. Arrays are dense, in 'c' order, images NHWC: {@link
 * org.espalier.nn.kernel.OneDnn#dense} makes them so. A kernel belongs to one layer of one network
 * and is not for two threads at once; different kernels may run at once. Kernels use as many
 * threads as the environment variable OMP_NUM_THREADS allows when the process starts, else one a
 * core.
 *
 * <p>What a layer means, its parameters and its place in a network belong in {@code
 * org.espalier.nn}.
 */
package org.espalier.nn.kernel;
