package org.espalier.spark.resources;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The GPUs for which ND4J's CUDA back end, nd4j-cuda-11.6 of 1.0.0-M2.1, has machine code.
 *
 * <p>It has no intermediate code that a driver could compile for others: what is not here cannot
 * run at all.
 */
final class CudaCode {
  private static final List<ComputeCapability> COMPILED =
      Stream.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6")
          .map(ComputeCapability::parse)
          .toList();

  private CudaCode() {}

  static boolean runsOn(ComputeCapability capability) {
    return COMPILED.stream().anyMatch(capability::runsCodeFor);
  }

  /** Returns the sentence for a GPU on which nothing would run, or nothing for any other. */
  static Optional<String> objection(Gpu gpu) {
    return gpu.capability()
        .filter(capability -> !runsOn(capability))
        .map(
            capability ->
                String.format(
                    "Cannot compute on GPU %d (%s, compute capability %s): nd4j-cuda-11.6 has code"
                        + " for 3.7 and 5.0 to 8.9 (T4, V100, A100, A10, L4 and others); use such a"
                        + " GPU, or the build without the profile cuda, which computes on CPUs",
                    gpu.index(), gpu.name(), capability));
  }
}
