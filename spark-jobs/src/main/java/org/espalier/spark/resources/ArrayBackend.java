package org.espalier.spark.resources;

import org.nd4j.linalg.factory.Nd4j;

/** What ND4J computes with in this JVM. */
interface ArrayBackend {
  /** Returns whether it is CUDA; does not start ND4J. */
  boolean isCuda();

  /** Has the calling thread compute on a device from now on. */
  void bind(int device);

  /** Returns the back end on the class path. */
  static ArrayBackend nd4j() {
    return new Nd4jBackend("org.nd4j.linalg.jcublas.JCublasBackend");
  }

  /** ND4J's own. */
  record Nd4jBackend(String cudaClass) implements ArrayBackend {
    @Override
    public boolean isCuda() {
      try {
        Class.forName(cudaClass, false, Nd4j.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }

    @Override
    public void bind(int device) {
      Nd4j.getAffinityManager().unsafeSetDevice(device);
    }
  }
}
