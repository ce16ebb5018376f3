package org.espalier.spark.resources;

/** A task cannot have the GPU that it needs. The message is for the user. */
public final class GpuException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GpuException(String message) {
    super(message);
  }
}
