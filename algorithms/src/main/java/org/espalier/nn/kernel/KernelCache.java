package org.espalier.nn.kernel;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The kernels of one layer, by shape. Building one costs milliseconds, so the few shapes used last
 * are kept: the batch, and the smaller batch at the end of an epoch.
 */
public final class KernelCache<S, K extends Kernel> {
  private static final int LIMIT = 4;

  private final Map<S, K> kernels = new LinkedHashMap<>(LIMIT, 0.75f, true);
  private final Function<S, K> build;

  /** A cache that builds a missing kernel with this function. */
  public KernelCache(Function<S, K> build) {
    this.build = build;
  }

  /**
   * The kernel for the shape. A kernel got earlier may be closed if too many shapes were asked for
   * since.
   */
  public K get(S shape) {
    K kernel = kernels.get(shape);
    if (kernel == null) {
      if (kernels.size() == LIMIT) {
        Iterator<K> oldest = kernels.values().iterator();
        oldest.next().close();
        oldest.remove();
      }
      kernel = build.apply(shape);
      kernels.put(shape, kernel);
    }
    return kernel;
  }
}
