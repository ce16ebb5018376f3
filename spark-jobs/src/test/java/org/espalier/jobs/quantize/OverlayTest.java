package org.espalier.jobs.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.NotEmpty;
import org.espalier.inspect.Distribution;
import org.junit.jupiter.api.Test;

class OverlayTest {
  private static Distribution of(float... values) {
    Distribution distribution = new Distribution();
    distribution.add(values);
    return distribution;
  }

  @Test
  void valuesOfDifferentRangesShareTheirBins() {
    Overlay overlay = Overlay.of(of(-1, 0, 0.5f, 3), of(0, 0, 1, 2));

    assertThat(overlay.from()).isEqualTo(-1);
    assertThat(overlay.width()).isEqualTo(0.125);
    assertThat(overlay.before()).hasSize(33);
    assertThat(overlay.before().get(8)).isEqualTo(1);
    assertThat(overlay.after().get(8)).isEqualTo(2);
    assertThat(overlay.after().get(16)).isEqualTo(1);
  }

  @Test
  void zerosAloneHaveOneBin() {
    Overlay overlay = Overlay.of(of(0, 0), of(0));

    assertThat(overlay.before()).isEqualTo(List.of(2L));
    assertThat(overlay.after()).isEqualTo(List.of(1L));
  }

  @Property
  void noValueIsLostAndThereAreFewBins(
      @ForAll @NotEmpty @FloatRange(min = -1e6f, max = 1e6f) float[] before,
      @ForAll @NotEmpty @FloatRange(min = -1, max = 1e-3f) float[] after) {
    Overlay overlay = Overlay.of(of(before), of(after));

    assertThat(overlay.before()).hasSameSizeAs(overlay.after());
    assertThat(overlay.before().size()).isBetween(1, 64);
    assertThat(overlay.before().stream().mapToLong(Long::longValue).sum()).isEqualTo(before.length);
    assertThat(overlay.after().stream().mapToLong(Long::longValue).sum()).isEqualTo(after.length);
  }
}
