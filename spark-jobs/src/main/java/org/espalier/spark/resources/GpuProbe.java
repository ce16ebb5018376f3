package org.espalier.spark.resources;

import java.io.IOException;
import java.util.List;

/** Looks which GPUs this machine has. */
interface GpuProbe {
  /**
   * Returns the GPUs.
   *
   * @throws IOException when there is no way to tell
   */
  List<Gpu> gpus() throws IOException;
}
