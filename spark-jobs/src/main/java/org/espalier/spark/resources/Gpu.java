package org.espalier.spark.resources;

import java.util.Optional;

/**
 * A GPU of this machine.
 *
 * @param index its number in the order of the bus
 * @param uuid its name that no other has
 * @param name its model
 * @param capability its generation; empty where the driver does not tell
 */
record Gpu(int index, String uuid, String name, Optional<ComputeCapability> capability) {

  /** Returns whether an address, as Spark assigns it, is this GPU's. */
  boolean hasAddress(String address) {
    return address.equals(Integer.toString(index)) || address.equals(uuid);
  }
}
