package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
  @Property(tries = 200)
  void equalArgumentsGiveEqualNumbers(
      @ForAll long seed, @ForAll String purpose, @ForAll @Size(max = 4) long[] index) {
    assertThat(first(seed, purpose, index)).isEqualTo(first(seed, purpose, index.clone()));
  }

  @Property(tries = 200)
  void anotherSeedOrIndexGivesOtherNumbers(@ForAll long seed, @ForAll long a, @ForAll long b) {
    Set<Long> numbers = new HashSet<>();
    numbers.add(first(seed, "crop", a, b));
    numbers.add(first(seed + 1, "crop", a, b));
    numbers.add(first(seed, "crop", a + 1, b));
    numbers.add(first(seed, "crop", a, b + 1));
    numbers.add(first(seed, "crop", a));
    numbers.add(first(seed, "crop", a, b, 0));
    numbers.add(first(seed, "flip", a, b));
    assertThat(numbers).hasSize(7);
  }

  @Test
  void numbersStayTheSameFromReleaseToRelease() {
    assertThat(first(1, "shuffle", 0, 0)).isEqualTo(RELEASED);
  }

  @Test
  void neighbouringStreamsAreUnrelated() {
    int ones = 0;
    for (int i = 0; i < 1000; i++) {
      ones += Long.bitCount(first(7, "crop", i) ^ first(7, "crop", i + 1));
    }
    assertThat(ones / 64_000.0).isBetween(0.49, 0.51);
  }

  private static final long RELEASED = -4230277823049959756L;

  private static long first(long seed, String purpose, long... index) {
    return RandomStreams.of(seed, purpose, index).nextLong();
  }
}
