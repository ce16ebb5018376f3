package org.espalier.jobs.onnx;

import java.util.Arrays;

/**
 * How fast an ONNX file is, image by image.
 *
 * @param threads threads of ONNX Runtime
 * @param medianMillis the median of the passes
 * @param p99Millis the time that 99 of 100 passes do not exceed
 * @param framesPerSecond passes a second
 */
public record OnnxTiming(
    int threads, double medianMillis, double p99Millis, double framesPerSecond) {

  /**
   * Sums passes up.
   *
   * @param millis how long each took; at least one
   */
  static OnnxTiming of(int threads, double... millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    int p99 = (int) Math.ceil(0.99 * sorted.length) - 1;
    return new OnnxTiming(
        threads,
        sorted[sorted.length / 2],
        sorted[p99],
        1000 * sorted.length / Arrays.stream(sorted).sum());
  }
}
