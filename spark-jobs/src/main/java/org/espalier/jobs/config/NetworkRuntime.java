package org.espalier.jobs.config;

/** What a network is run by when it is evaluated. */
public enum NetworkRuntime {
  /** Espalier's own layers, on the executors. */
  ESPALIER,
  /** ONNX Runtime, on the driver. */
  ONNX
}
