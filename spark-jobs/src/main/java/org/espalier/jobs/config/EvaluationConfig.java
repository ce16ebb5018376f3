package org.espalier.jobs.config;

/**
 * How accuracy and speed are measured.
 *
 * @param batch images a step, at least 1
 * @param latencyRuns single-image passes whose median time is the latency; 0 when not measured
 */
public record EvaluationConfig(int batch, int latencyRuns) {

  static EvaluationConfig from(Section section) {
    return new EvaluationConfig(section.whole("batch", 1), section.whole("latencyRuns", 0));
  }
}
