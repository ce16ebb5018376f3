package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeviceLeasesTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final DeviceLeases leases = new DeviceLeases();

  @Test
  void aSecondTaskIsRefusedWhileTheFirstHasTheDevice() throws InterruptedException {
    assertThat(leases.take(List.of("3"), 1, 1, LONG)).isEqualTo("3");
    assertThatThrownBy(() -> leases.take(List.of("3"), 1, 2, Duration.ZERO))
        .isInstanceOf(GpuException.class)
        .hasMessage(
            "Cannot compute on GPU 3: for 0 s other tasks of this executor have held it (tasks [1])");
    leases.giveBack("3", 1);
    assertThat(leases.take(List.of("3"), 1, 2, Duration.ZERO)).isEqualTo("3");
  }

  @Test
  void aTaskMayTakeItsOwnAgainAndHasToGiveItBackAsOften() throws InterruptedException {
    leases.take(List.of("0", "1"), 1, 1, LONG);
    assertThat(leases.take(List.of("0", "1"), 1, 1, LONG)).isEqualTo("0");
    leases.giveBack("0", 1);
    assertThatThrownBy(() -> leases.take(List.of("0"), 1, 2, Duration.ZERO))
        .isInstanceOf(GpuException.class)
        .hasMessageContaining("(tasks [1])");
    leases.giveBack("0", 1);
    assertThat(leases.take(List.of("0"), 1, 2, Duration.ZERO)).isEqualTo("0");
  }

  @Test
  void sharesAreForAsManyTasksAsTheyServe() throws InterruptedException {
    leases.take(List.of("0"), 2, 1, LONG);
    leases.take(List.of("0"), 2, 2, LONG);
    assertThatThrownBy(() -> leases.take(List.of("0"), 2, 3, Duration.ZERO))
        .isInstanceOf(GpuException.class)
        .hasMessageContaining("(tasks [1, 2])");
  }

  @Test
  void nobodyGivesBackWhatAnotherHolds() throws InterruptedException {
    leases.take(List.of("0"), 1, 1, LONG);
    assertThatThrownBy(() -> leases.giveBack("0", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot give back GPU 0: task 2 does not hold it");
  }

  @Test
  void manyTasksWaitForFewDevicesAndNeverShareOne() throws Exception {
    Set<String> held = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(12);
    try {
      List<Callable<Boolean>> tasks =
          LongStream.range(0, 60)
              .<Callable<Boolean>>mapToObj(
                  task ->
                      () -> {
                        String device = leases.take(List.of("0", "1", "2"), 1, task, LONG);
                        boolean alone = held.add(device);
                        Thread.sleep(2);
                        held.remove(device);
                        leases.giveBack(device, task);
                        return alone;
                      })
              .toList();
      for (Future<Boolean> task : threads.invokeAll(tasks)) {
        assertThat(task.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
