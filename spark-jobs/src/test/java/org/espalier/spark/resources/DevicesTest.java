package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private final List<Integer> bound = new ArrayList<>();
  private final List<GpuUse> uses = new ArrayList<>();

  private final class Backend implements ArrayBackend {
    private final boolean cuda;

    Backend(boolean cuda) {
      this.cuda = cuda;
    }

    @Override
    public boolean isCuda() {
      return cuda;
    }

    @Override
    public void bind(int device) {
      bound.add(device);
    }
  }

  private Devices devices(boolean cuda, String visible, GpuProbe probe) {
    return new Devices(
        new Backend(cuda), probe, VisibleDevices.parse(visible), Duration.ZERO, uses::add);
  }

  private static Gpu gpu(int index, int major) {
    return new Gpu(index, "GPU-" + index, "model", Optional.of(new ComputeCapability(major, 0)));
  }

  private static GpuTask task(long id, boolean local, String... assigned) {
    return new GpuTask(id, 5, 6, 1, "executor", List.of(assigned), local, 1);
  }

  @Test
  void anAssignedGpuIsBoundLentAloneAndReported() {
    Devices devices = devices(true, null, () -> List.of(gpu(0, 8), gpu(2, 8)));
    try (TaskGpu taken = devices.take(task(1, false, "2"))) {
      assertThat(taken.address()).contains("2");
      assertThatThrownBy(() -> devices.take(task(2, false, "2")))
          .isInstanceOf(GpuException.class)
          .hasMessageContaining("other tasks of this executor have held it");
      assertThat(uses).isEmpty();
    }
    assertThat(bound).containsExactly(2);
    assertThat(uses).hasSize(1);
    assertThat(uses.get(0).address()).isEqualTo("2");
    assertThat(uses.get(0).sparkStage()).isEqualTo(5);
    assertThat(uses.get(0).task()).isEqualTo(6);
    assertThat(uses.get(0).toMillis()).isGreaterThanOrEqualTo(uses.get(0).fromMillis());
    devices.take(task(2, false, "2")).close();
  }

  @Test
  void onCpusAnAssignedGpuIsLentButNotBound() {
    Devices devices = devices(false, null, () -> List.of(gpu(0, 9)));
    try (TaskGpu taken = devices.take(task(1, false, "0"))) {
      assertThat(taken.address()).contains("0");
    }
    assertThat(bound).isEmpty();
  }

  @Test
  void onCpusNothingAssignedIsNothing() {
    Devices devices =
        devices(
            false,
            null,
            () -> {
              throw new IOException("no nvidia-smi");
            });
    try (TaskGpu taken = devices.take(task(1, false))) {
      assertThat(taken.address()).isEmpty();
    }
    assertThat(uses).isEmpty();
  }

  @Test
  void cudaNumbersWhatTheVariableLists() {
    Devices devices = devices(true, "GPU-3,1", () -> List.of(gpu(1, 8), gpu(3, 8)));
    devices.take(task(1, false, "1")).close();
    devices.take(task(1, false, "GPU-3")).close();
    assertThat(bound).containsExactly(1, 0);
    assertThatThrownBy(() -> devices.take(task(1, false, "0")))
        .isInstanceOf(GpuException.class)
        .hasMessage("Cannot find GPU 0: CUDA_VISIBLE_DEVICES of this executor lists GPU-3,1");
  }

  @Test
  void aGenerationWithoutCodeIsRefusedAndLetGo() {
    Devices devices = devices(true, null, () -> List.of(gpu(0, 9)));
    for (long id = 1; id < 3; id++) {
      long task = id;
      assertThatThrownBy(() -> devices.take(task(task, false, "0")))
          .isInstanceOf(GpuException.class)
          .hasMessageStartingWith("Cannot compute on GPU 0 (model, compute capability 9.0): ");
    }
    assertThat(bound).isEmpty();
  }

  @Test
  void whereNobodyTellsTheGenerationTheGpuIsTried() {
    Devices devices =
        devices(
            true,
            null,
            () -> {
              throw new IOException("no nvidia-smi");
            });
    devices.take(task(1, false, "1")).close();
    assertThat(bound).containsExactly(1);
  }

  @Test
  void cudaWithoutAnAssignmentIsRefusedOnAClusterSinceItWouldShareByAccident() {
    Devices devices = devices(true, null, () -> List.of(gpu(0, 8)));
    assertThatThrownBy(() -> devices.take(task(1, false)))
        .isInstanceOf(GpuException.class)
        .hasMessage(
            "Cannot compute with CUDA: Spark assigned no GPU to this task (ask for them by"
                + " spark.gpusPerTask, or use the build without the profile cuda)");
  }

  @Test
  void onALocalMasterTasksTakeTurns() {
    Devices devices = devices(true, "0,1", () -> List.of(gpu(0, 8), gpu(1, 8)));
    try (TaskGpu first = devices.take(task(1, true));
        TaskGpu second = devices.take(task(2, true))) {
      assertThat(first.address()).contains("0");
      assertThat(second.address()).contains("1");
      assertThatThrownBy(() -> devices.take(task(3, true)))
          .isInstanceOf(GpuException.class)
          .hasMessageStartingWith("Cannot compute on GPU 0 or 1: ");
    }
    Devices none = devices(true, "", () -> List.of(gpu(0, 8)));
    assertThatThrownBy(() -> none.take(task(1, true)))
        .isInstanceOf(GpuException.class)
        .hasMessageStartingWith("Cannot compute with CUDA: nvidia-smi shows no GPU");
  }

  @Test
  void theBackEndOfThisBuildIsOneOfCpusAndOutsideATaskThereIsNoGpu() {
    assertThat(ArrayBackend.nd4j().isCuda()).isFalse();
    assertThat(new ArrayBackend.Nd4jBackend("org.nd4j.linalg.factory.Nd4j").isCuda()).isTrue();
    try (TaskGpu gpu = TaskGpu.take()) {
      assertThat(gpu.address()).isEmpty();
    }
  }

  @Test
  void anAddressThatIsNoNumberNeedsTheVariable() {
    assertThatThrownBy(() -> VisibleDevices.parse(null).number("GPU-1"))
        .isInstanceOf(GpuException.class)
        .hasMessage("Cannot find GPU GPU-1: an address is a number, as nvidia-smi counts");
  }
}
