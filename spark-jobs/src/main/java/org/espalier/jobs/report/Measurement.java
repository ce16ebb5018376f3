package org.espalier.jobs.report;

/**
 * A network in numbers.
 *
 * @param top1 share of the test images whose class is the first choice, 0 to 1
 * @param top5 share of the test images whose class is among the first five choices, 0 to 1
 * @param parameters trainable weights
 * @param macs multiply-accumulates of the convolution and dense layers for one image
 * @param sizeBytes size of the file that holds the network
 * @param latencyMillis median time of one image's pass, or NaN where not measured
 */
public record Measurement(
    double top1, double top5, long parameters, long macs, long sizeBytes, double latencyMillis) {

  /** Returns the same with another latency. */
  public Measurement withLatency(double millis) {
    return new Measurement(top1, top5, parameters, macs, sizeBytes, millis);
  }
}
