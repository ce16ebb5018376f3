/**
 * ONNX files in ONNX Runtime: what they answer, and how fast.
 *
 * <p>Writing ONNX files belongs to {@code org.espalier.export.onnx}; jobs to {@code
 * org.espalier.jobs}.
 */
package org.espalier.jobs.onnx;
