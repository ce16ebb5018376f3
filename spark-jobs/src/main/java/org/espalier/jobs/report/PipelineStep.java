package org.espalier.jobs.report;

/**
 * A network on its way through a pipeline.
 *
 * @param name the algorithm that it comes from, or {@code baseline}
 * @param top1 share of the images it is measured on whose class is the first choice, 0 to 1
 * @param parameters trainable weights
 * @param macs multiply-accumulates of the convolution and dense layers for one image
 * @param onnxBytes size of the network as ONNX file, or null where it cannot be written as one
 * @param onnxMillis median time of one image's pass on one thread of ONNX Runtime, or NaN where not
 *     measured
 */
public record PipelineStep(
    String name, double top1, long parameters, long macs, Long onnxBytes, double onnxMillis) {}
