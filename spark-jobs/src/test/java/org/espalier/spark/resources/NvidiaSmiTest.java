package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in is a shell script")
class NvidiaSmiTest {
  @TempDir private Path folder;

  private List<Gpu> gpus(String body) throws IOException {
    return new NvidiaSmi(FakeNvidiaSmi.write(folder, body).toString()).gpus();
  }

  @Test
  void readsWhatItIsTold() throws IOException {
    String body =
        """
        [ "$*" = "--query-gpu=index,uuid,name,compute_cap --format=csv,noheader" ] || exit 9
        echo "0, GPU-1a, NVIDIA A100-SXM4-40GB, 8.0"
        echo "1, GPU-2b, Tesla K40m, [N/A]"
        """;
    assertThat(gpus(body))
        .containsExactly(
            new Gpu(0, "GPU-1a", "NVIDIA A100-SXM4-40GB", Optional.of(new ComputeCapability(8, 0))),
            new Gpu(1, "GPU-2b", "Tesla K40m", Optional.empty()));
  }

  @Test
  void whatItCannotTellIsAnError() {
    assertThatThrownBy(
            () -> gpus("echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("nvidia-smi failed: Field \"compute_cap\" is not a valid field to query.");
    assertThatThrownBy(() -> gpus("echo 'No devices were found'\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read what nvidia-smi says: No devices were found");
    assertThatThrownBy(() -> new NvidiaSmi(folder.resolve("none").toString()).gpus())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No such file");
  }
}
