package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private record Range(long from, long bytes) {
    boolean overlaps(Range other) {
      return from < other.from + other.bytes && other.from < from + bytes;
    }
  }

  /** Positive numbers take so many bytes, others give back one of the ranges in use. */
  @Property(tries = 300, seed = "1")
  void rangesInUseNeverOverlap(
      @ForAll @Size(max = 60) List<@IntRange(min = -20, max = 40) Integer> requests) {
    Arena arena = new Arena();
    List<Range> used = new ArrayList<>();
    long inUse = 0;
    long most = 0;
    long total = 0;
    for (int request : requests) {
      if (request > 0) {
        Range taken = new Range(arena.take(request), request);
        assertThat(taken.from()).isNotNegative();
        assertThat(taken.from() + request).isLessThanOrEqualTo(arena.size());
        assertThat(used).noneMatch(taken::overlaps);
        used.add(taken);
        inUse += request;
        most = Math.max(most, inUse);
        total += request;
      } else if (!used.isEmpty()) {
        Range returned = used.remove(-request % used.size());
        arena.giveBack(returned.from(), returned.bytes());
        inUse -= returned.bytes();
      }
    }
    assertThat(arena.size()).isBetween(most, total);
    used.forEach(range -> arena.giveBack(range.from(), range.bytes()));
    long size = arena.size();
    if (size > 0) {
      assertThat(arena.take(size)).as("all gaps joined").isZero();
    }
    assertThat(arena.size()).isEqualTo(size);
  }

  @Test
  void theSmallestGapThatFitsIsReused() {
    Arena arena = new Arena();
    long large = arena.take(300);
    arena.take(10);
    long small = arena.take(100);
    arena.take(10);
    arena.giveBack(large, 300);
    arena.giveBack(small, 100);
    assertThat(arena.take(80)).isEqualTo(small);
    assertThat(arena.take(80)).isEqualTo(large);
    assertThat(arena.size()).isEqualTo(420);
  }

  @Test
  void aGapAtTheEndGrows() {
    Arena arena = new Arena();
    arena.take(10);
    arena.giveBack(arena.take(100), 100);
    assertThat(arena.take(150)).isEqualTo(10);
    assertThat(arena.size()).isEqualTo(160);
  }
}
