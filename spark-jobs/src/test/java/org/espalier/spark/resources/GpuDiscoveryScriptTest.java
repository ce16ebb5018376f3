package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is one of a Unix shell")
class GpuDiscoveryScriptTest {
  private static final String TWO =
      """
      [ "$*" = "--query-gpu=index,uuid --format=csv,noheader" ] || exit 9
      echo "0, GPU-1a"
      echo "1, GPU-2b"
      """;

  @TempDir private Path folder;

  private record Result(int code, String out, String err) {
    String[] addresses() {
      ResourceInformation parsed = ResourceInformation.parseJson(out);
      assertThat(parsed.name()).isEqualTo("gpu");
      return parsed.addresses();
    }
  }

  private Result discover(String nvidiaSmi, String visible)
      throws IOException, InterruptedException {
    for (String tool : new String[] {"bash", "awk", "env"}) {
      if (!Files.exists(folder.resolve(tool))) {
        Files.createSymbolicLink(folder.resolve(tool), find(tool));
      }
    }
    if (nvidiaSmi != null) {
      FakeNvidiaSmi.write(folder, nvidiaSmi);
    }
    Path script = Path.of("..", "conf", "gpu-discovery.sh").toAbsolutePath().normalize();
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("bash").toString(), script.toString());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PATH", folder.toString());
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
    }
    int code = builder.start().waitFor();
    return new Result(
        code,
        Files.readString(out, StandardCharsets.UTF_8).strip(),
        Files.readString(err, StandardCharsets.UTF_8).strip());
  }

  private static Path find(String tool) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("Cannot run the test: no " + tool + " on PATH");
  }

  @Test
  void sparkReadsWhatItPrints() throws Exception {
    Result result = discover(TWO, null);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}");
    assertThat(result.addresses()).containsExactly("0", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "'1,0', '1 0'",
    "' GPU-2b , 0', 'GPU-2b 0'",
    "'1,7,0', 1",
    "'MIG-3c,0', 'MIG-3c 0'",
  })
  void onlyWhatTheVariableListsIsPrinted(String visible, String addresses) throws Exception {
    assertThat(discover(TWO, visible).addresses()).containsExactly(addresses.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({"''", "-1", "NoDevFiles", "9"})
  void hiddenGpusAreAnError(String visible) throws Exception {
    Result result = discover(TWO, visible);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo("gpu-discovery: CUDA_VISIBLE_DEVICES hides all GPUs: \"" + visible + "\"");
  }

  @Test
  void aMachineWithoutTheToolIsAnError() throws Exception {
    Result result = discover(null, null);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "gpu-discovery: there is no nvidia-smi on PATH; it comes with NVIDIA's driver, and a"
                + " machine without GPUs needs no discovery");
  }

  @Test
  void whatTheToolSaysWhenItFailsIsPassedOn() throws Exception {
    assertThat(discover("echo 'driver mismatch'; exit 18\n", null))
        .isEqualTo(new Result(1, "", "gpu-discovery: nvidia-smi failed: driver mismatch"));
    assertThat(discover("true\n", null))
        .isEqualTo(new Result(1, "", "gpu-discovery: nvidia-smi shows no GPU"));
    assertThat(discover("echo 'No devices were found'\n", null).err())
        .isEqualTo("gpu-discovery: cannot read what nvidia-smi says: No devices were found");
  }
}
