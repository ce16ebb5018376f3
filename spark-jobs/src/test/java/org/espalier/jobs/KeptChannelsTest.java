package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeptChannelsTest {
  private final KeptChannels kept = new KeptChannels();

  @Test
  void laterStepsCountAmongWhatEarlierOnesLeft() {
    kept.keep("conv", 1, 3, 4, 7);
    kept.keep("conv", 0, 2, 3);
    kept.keep("conv", 1);

    assertThat(kept.of("conv", 8)).containsExactly(4);
  }

  @Test
  void ofLayersNotNotedAllChannelsAreLeft() {
    kept.keep("conv", 1);

    assertThat(kept.of("other", 3)).containsExactly(0, 1, 2);
    assertThat(kept.has("conv")).isTrue();
    assertThat(kept.has("other")).isFalse();
  }
}
