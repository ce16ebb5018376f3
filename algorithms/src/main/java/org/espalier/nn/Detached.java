package org.espalier.nn;

import java.util.function.Supplier;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays that outlive the workspace that happens to be open. */
final class Detached {
  private Detached() {}

  /** What the supplier makes, made outside every workspace. */
  @SuppressWarnings("try")
  static <T> T from(Supplier<T> supplier) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return supplier.get();
    }
  }
}
