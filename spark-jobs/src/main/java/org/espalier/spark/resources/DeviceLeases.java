package org.espalier.spark.resources;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who holds which GPU in this JVM.
 *
 * <p>Spark deals GPUs out so that no two tasks have the same one, as long as it deals them out at
 * all and a task ends when Spark says so. A task that was killed may go on for a while, though,
 * with its GPU already given to another. Here the other waits until it is free.
 */
final class DeviceLeases {
  /** How often each task took each device. */
  private final Map<String, Map<Long, Integer>> holders = new HashMap<>();

  /**
   * Takes a device for a task, waiting for one; a task that has it may take it again.
   *
   * @param devices those that will do
   * @param sharers tasks that may hold one device at a time, at least 1
   * @param task the task's number, which no other has
   * @param patience the longest to wait
   * @return the device
   * @throws GpuException when none becomes free in time
   * @throws InterruptedException when the task is killed meanwhile
   */
  synchronized String take(Collection<String> devices, int sharers, long task, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      String free = free(devices, sharers, task);
      if (free != null) {
        holders.computeIfAbsent(free, d -> new HashMap<>()).merge(task, 1, Integer::sum);
        return free;
      }
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        throw new GpuException(
            String.format(
                "Cannot compute on GPU %s: for %d s other tasks of this executor have held it"
                    + " (tasks %s)",
                String.join(" or ", devices), patience.toSeconds(), holdersOf(devices)));
      }
      wait(millis);
    }
  }

  private List<Long> holdersOf(Collection<String> devices) {
    return devices.stream()
        .flatMap(device -> holders.getOrDefault(device, Map.of()).keySet().stream())
        .sorted()
        .toList();
  }

  private String free(Collection<String> devices, int sharers, long task) {
    for (String device : devices) {
      if (holders.getOrDefault(device, Map.of()).containsKey(task)) {
        return device;
      }
    }
    for (String device : devices) {
      if (holders.getOrDefault(device, Map.of()).size() < sharers) {
        return device;
      }
    }
    return null;
  }

  /** Gives a device back as often as it was taken. */
  synchronized void giveBack(String device, long task) {
    Map<Long, Integer> tasks = holders.get(device);
    if (tasks == null || !tasks.containsKey(task)) {
      throw new IllegalArgumentException(
          String.format("Cannot give back GPU %s: task %d does not hold it", device, task));
    }
    tasks.computeIfPresent(task, (t, times) -> times == 1 ? null : times - 1);
    notifyAll();
  }
}
