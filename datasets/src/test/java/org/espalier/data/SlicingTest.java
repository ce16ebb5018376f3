package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicingTest {
  @Property
  void slicesCoverEveryPositionOnceAndDifferByAtMostOne(
      @ForAll @IntRange(max = 200) int positions,
      @ForAll Set<@IntRange(max = 199) Integer> anyCorrupt,
      @ForAll @IntRange(min = 1, max = 40) int count) {
    long[] corrupt =
        new TreeSet<>(anyCorrupt)
            .stream().filter(p -> p < positions).mapToLong(Integer::longValue).toArray();
    Slicing slicing = new Slicing(positions, corrupt);

    long[] bounds = slicing.bounds(count);

    assertThat(bounds).hasSize(count + 1).isSorted().startsWith(0).endsWith(positions);
    long smallest = Long.MAX_VALUE;
    long largest = 0;
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long usable = slicing.usable(bounds[i], bounds[i + 1]);
      smallest = Math.min(smallest, usable);
      largest = Math.max(largest, usable);
      sum += usable;
    }
    assertThat(sum).isEqualTo(slicing.size()).isEqualTo(positions - corrupt.length);
    assertThat(largest - smallest).isLessThanOrEqualTo(1);
  }

  @Test
  void refusesNoSlices() {
    assertThatThrownBy(() -> new Slicing(3).bounds(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot cut a data set: the number of slices must be at least 1 (0)");
  }
}
