package org.espalier.jobs.benchmark;

import java.util.Locale;
import org.espalier.jobs.JobFailedException;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Holds the numerical libraries to a number of threads for each Java thread that calls them, until
 * it is closed.
 *
 * <p>oneDNN and ND4J's loops share one OpenMP, whose limit belongs to the calling thread and is set
 * by {@link #enter}; ND4J's own limit and that of BLAS belong to the process.
 */
final class ThreadLimit implements AutoCloseable {
  private final int threads;
  private final int nd4jBefore;
  private final int blasBefore;

  /**
   * Sets the limits of the process.
   *
   * @throws JobFailedException where the process cannot have so many threads any more
   */
  ThreadLimit(int threads) {
    Environment nd4j = Nd4j.getEnvironment();
    if (nd4j.maxThreads() < threads) {
      throw new JobFailedException(
          String.format(
              Locale.ROOT,
              "Cannot compute on %d threads: ND4J was started with %d; set OMP_NUM_THREADS=%d",
              threads,
              nd4j.maxThreads(),
              threads));
    }
    Blas blas = Nd4j.factory().blas();
    this.threads = threads;
    this.nd4jBefore = nd4j.maxMasterThreads();
    this.blasBefore = blas.getMaxThreads();
    nd4j.setMaxMasterThreads(threads);
    blas.setMaxThreads(threads);
  }

  /** Sets the limit of the calling thread. */
  void enter() {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
  }

  /** Restores the limits of the process. */
  @Override
  public void close() {
    Nd4j.getEnvironment().setMaxMasterThreads(nd4jBefore);
    Nd4j.factory().blas().setMaxThreads(blasBefore);
  }
}
