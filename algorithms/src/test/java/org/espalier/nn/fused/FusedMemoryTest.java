package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Memory that compiled training takes once, and never again.
 *
 * <p>Resident memory is not the training's alone: Java's heap and compiled code come and go. What
 * leaks, however, leaks in every round of steps: two quiet rounds, one after the other, clear it.
 */
class FusedMemoryTest {
  private static final long MEGABYTE = 1 << 20;
  private static final int LEAST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 20;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** What the process has of memory, when all that can be freed has been. */
  private record Usage(long resident, long heap, long nativeObjects) {}

  @BeforeEach
  void linuxAndOneDnn() {
    Assumptions.assumeTrue(Files.exists(STATUS), "the system does not tell resident memory");
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @Test
  void aThousandStepsTakeNoMoreMemoryThanTwoHundred() throws Exception {
    assertStepsTakeNoMemory(8);
  }

  @Test
  void batchesOfManySizesTakeNoMemoryOnceTheyWereMet() throws Exception {
    assertStepsTakeNoMemory(8, 5, 13, 1, 32, 7);
  }

  private static void assertStepsTakeNoMemory(int... sizes) throws Exception {
    List<DataSet> batches = new ArrayList<>();
    for (int size : sizes) {
      batches.add(SmallNetwork.data(DataType.FLOAT, size, size));
    }
    try (FusedTraining training = Training.of(network(), 1)) {
      assertTakesNoMemory(
          () -> {
            for (int step = 0; step < 200; step++) {
              training.fit(batches.get(step % batches.size()));
            }
          });
    }
  }

  @Test
  void closingFreesEverything() throws Exception {
    DataSet batch = SmallNetwork.data(DataType.FLOAT, 1, 16);
    ComputationGraph graph = network();
    assertTakesNoMemory(
        () -> {
          for (int i = 0; i < 30; i++) {
            try (FusedTraining training = Training.of(graph, 2)) {
              training.fit(batch);
            }
          }
        });
  }

  private static ComputationGraph network() {
    return SmallNetwork.RESIDUAL.initialised(DataType.FLOAT, new Nesterovs(0.01, 0.9), 1e-4);
  }

  private static void assertTakesNoMemory(Runnable round) throws Exception {
    round.run();
    Usage first = usage();
    List<Long> resident = new ArrayList<>(List.of(first.resident()));
    do {
      round.run();
      Usage now = usage();
      assertThat(now.nativeObjects()).isLessThan(first.nativeObjects() + 200);
      assertThat(now.heap() - first.heap()).isLessThan(4 * MEGABYTE);
      resident.add(now.resident());
      assertThat(resident).as("resident memory, round by round").hasSizeLessThan(MOST_ROUNDS);
    } while (!quiet(resident));
  }

  private static boolean quiet(List<Long> resident) {
    int last = resident.size() - 1;
    return last >= LEAST_ROUNDS && Math.abs(resident.get(last) - resident.get(last - 2)) < MEGABYTE;
  }

  private static Usage usage() throws Exception {
    Usage least = measured();
    for (int quiet = 0; quiet < 3; quiet++) {
      // Native memory is freed by threads that wait for the collector.
      Thread.sleep(50);
      Usage now = measured();
      if (now.nativeObjects() < least.nativeObjects()) {
        quiet = 0;
      }
      least = now;
    }
    return least;
  }

  private static Usage measured() throws IOException {
    System.gc();
    return new Usage(
        resident(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        Pointer.totalCount());
  }

  private static long resident() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
