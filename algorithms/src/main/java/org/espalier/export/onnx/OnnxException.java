package org.espalier.export.onnx;

import java.io.IOException;

/**
 * An ONNX file that cannot be read or written; the message is one sentence that says what, where
 * and why.
 */
public final class OnnxException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message and no cause. */
  public OnnxException(String message) {
    super(message);
  }

  /** An exception with a message and the exception that led to it. */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
