package org.espalier.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameMapTest {
  @Test
  void identityLeavesNamesAlone() {
    assertThat(NameMap.identity().apply("module.conv1.weight")).contains("module.conv1.weight");
  }

  @Test
  void pytorchStripsTheWrapperAndIgnoresBatchCounters() {
    NameMap map = NameMap.pytorch();
    assertThat(map.apply("module.conv1.weight")).contains("conv1.weight");
    assertThat(map.apply("layer1.module.weight")).contains("layer1.module.weight");
    assertThat(map.apply("bn1.num_batches_tracked")).isEmpty();
    assertThat(map.apply("module.layer1.0.bn1.num_batches_tracked")).isEmpty();
  }

  @Test
  void stepsApplyInOrderAndKeepGroups() {
    NameMap map =
        NameMap.identity()
            .rename("^features\\.(\\d+)\\.", "block$1.")
            .rename("^block0\\.", "stem.")
            .ignore("fc.*");
    assertThat(map.apply("features.0.weight")).contains("stem.weight");
    assertThat(map.apply("features.12.weight")).contains("block12.weight");
    assertThat(map.apply("fc.bias")).isEmpty();
  }
}
