package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class CosineScheduleTest {
  @Test
  void fallsFromTheInitialValueToZero() {
    CosineSchedule schedule = new CosineSchedule(0.2, 4);
    assertThat(schedule.valueAt(99, 0)).isEqualTo(0.2);
    assertThat(schedule.valueAt(0, 1)).isCloseTo(0.1 + 0.1 * Math.sqrt(0.5), offset(1e-15));
    assertThat(schedule.valueAt(0, 2)).isCloseTo(0.1, offset(1e-15));
    assertThat(schedule.valueAt(0, 4)).isZero();
    assertThat(schedule.valueAt(0, 5)).isZero();
  }

  @Test
  void warmUpRisesToTheInitialValue() {
    CosineSchedule schedule = new CosineSchedule(0.3, 10, 2);
    assertThat(schedule.valueAt(0, 0)).isCloseTo(0.1, offset(1e-15));
    assertThat(schedule.valueAt(0, 1)).isCloseTo(0.2, offset(1e-15));
    assertThat(schedule.valueAt(0, 2)).isCloseTo(0.3, offset(1e-15));
    assertThat(schedule.valueAt(0, 6)).isCloseTo(0.15, offset(1e-15));
    assertThat(schedule.clone()).isEqualTo(schedule);
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> new CosineSchedule(-1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a cosine schedule: the initial value must be finite and not negative (-1.0)");
    assertThatThrownBy(() -> new CosineSchedule(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build a cosine schedule: at least one epoch is needed (0)");
    assertThatThrownBy(() -> new CosineSchedule(1, 4, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build a cosine schedule: warm-up must be from 0 to 3 epochs (4)");
  }
}
