package org.espalier.spark.resources;

import java.util.Arrays;
import java.util.List;

/**
 * The numbers by which CUDA knows this process's GPUs.
 *
 * <p>Without {@code CUDA_VISIBLE_DEVICES} a GPU's number is its address. With it, CUDA counts those
 * that the variable lists, in the order of the list.
 *
 * @param listed what the variable lists; null where it is not set
 */
record VisibleDevices(List<String> listed) {

  /**
   * Reads the variable.
   *
   * @param variable its value, null where it is not set
   */
  static VisibleDevices parse(String variable) {
    return new VisibleDevices(
        variable == null
            ? null
            : Arrays.stream(variable.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList());
  }

  /**
   * Returns CUDA's number of a GPU.
   *
   * @throws GpuException when the process does not see it
   */
  int number(String address) {
    if (listed == null) {
      if (!address.matches("\\d{1,4}")) {
        throw new GpuException(
            "Cannot find GPU " + address + ": an address is a number, as nvidia-smi counts");
      }
      return Integer.parseInt(address);
    }
    int number = listed.indexOf(address);
    if (number < 0) {
      throw new GpuException(
          String.format(
              "Cannot find GPU %s: CUDA_VISIBLE_DEVICES of this executor lists %s",
              address, String.join(",", listed)));
    }
    return number;
  }

  /** Returns the addresses that the process sees of those that the machine has. */
  List<String> addresses(List<Gpu> gpus) {
    return listed == null
        ? gpus.stream().map(gpu -> Integer.toString(gpu.index())).toList()
        : listed.stream()
            .filter(entry -> gpus.stream().anyMatch(gpu -> gpu.hasAddress(entry)))
            .toList();
  }
}
