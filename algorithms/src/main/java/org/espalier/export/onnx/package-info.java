/**
 * Networks to ONNX files and back.
 *
 * <p>{@link org.espalier.export.onnx.OnnxExport} writes a {@code ComputationGraph} as an ONNX model
 * in float32, or in integers where it is in deployment form; {@link
 * org.espalier.export.onnx.OnnxImport} makes a {@code ComputationGraph} of the ONNX file of a
 * convolutional network, whoever wrote it. Networks are NHWC inside, ONNX is NCHW: weights and the
 * order of flattened features are changed on the way, activations are not transposed.
 *
 * <p>How a network is quantised, running ONNX models, and other kinds of files belong elsewhere.
 */
package org.espalier.export.onnx;
