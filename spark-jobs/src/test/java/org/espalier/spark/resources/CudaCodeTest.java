package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaCodeTest {
  @ParameterizedTest
  @CsvSource({
    "3.0, false", "3.5, false", "3.7, true", "5.0, true", "5.2, true", "5.3, true", "6.0, true",
    "6.1, true", "6.2, true", "7.0, true", "7.2, true", "7.5, true", "8.0, true", "8.6, true",
    "8.7, true", "8.9, true", "9.0, false", "10.0, false", "12.0, false"
  })
  void codeRunsOnItsOwnGenerationFromItsVariantOn(String capability, boolean runs) {
    assertThat(CudaCode.runsOn(ComputeCapability.parse(capability))).isEqualTo(runs);
  }

  @Test
  void anotherGenerationGetsOneSentence() {
    Gpu hopper = new Gpu(0, "GPU-1", "NVIDIA H200", Optional.of(new ComputeCapability(9, 0)));
    assertThat(CudaCode.objection(hopper))
        .contains(
            "Cannot compute on GPU 0 (NVIDIA H200, compute capability 9.0): nd4j-cuda-11.6 has code"
                + " for 3.7 and 5.0 to 8.9 (T4, V100, A100, A10, L4 and others); use such a GPU, or"
                + " the build without the profile cuda, which computes on CPUs");
    assertThat(CudaCode.objection(new Gpu(0, "GPU-1", "unknown", Optional.empty()))).isEmpty();
  }

  @Test
  void otherTextIsNoCapability() {
    assertThatThrownBy(() -> ComputeCapability.parse("8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read a compute capability: it must be like 8.6 (8)");
  }
}
