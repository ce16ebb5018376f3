package org.espalier.jobs.onnx;

import java.io.IOException;

/** Whether ONNX Runtime, which is not in the jar for clusters, is there. */
public final class OnnxRuntime {
  private static final String ENTRY = "ai.onnxruntime.OrtEnvironment";

  private OnnxRuntime() {}

  /** Returns whether it is there. */
  public static boolean isThere() {
    try {
      require(OnnxRuntime.class.getClassLoader());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks for ONNX Runtime.
   *
   * @throws IOException where it is not on the class path, with a sentence for the user
   */
  static void require(ClassLoader classes) throws IOException {
    try {
      Class.forName(ENTRY, false, classes);
    } catch (ClassNotFoundException e) {
      throw new IOException(
          "Cannot run ONNX files: ONNX Runtime is not on the class path; add"
              + " com.microsoft.onnxruntime:onnxruntime, for example by spark-submit --packages",
          e);
    }
  }
}
