package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.ParameterRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Sgd;

class BucketsTest {
  private static final ParameterLayout LAYOUT = ParameterLayout.of(TinyData.residual(new Sgd(0.1)));

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 60, 500, 1_000_000})
  void coverTheViewFromItsEndInWholeParameters(int least) {
    Buckets buckets = new Buckets(LAYOUT, least);

    Set<Integer> starts =
        LAYOUT.ranges().stream().map(ParameterRange::offset).collect(Collectors.toSet());
    int end = LAYOUT.length();
    for (int bucket = 0; bucket < buckets.count(); bucket++) {
      assertThat(buckets.to(bucket)).isEqualTo(end);
      end = buckets.from(bucket);
      assertThat(starts).contains(end);
      if (bucket < buckets.count() - 1) {
        assertThat(buckets.to(bucket) - end).isGreaterThanOrEqualTo(least);
      }
    }
    assertThat(end).isZero();
  }

  @Test
  void thereIsOneAParameterAtTheLeastAndOneForAllAtTheMost() {
    assertThat(new Buckets(LAYOUT, 1).count()).isEqualTo(LAYOUT.ranges().size());
    assertThat(new Buckets(LAYOUT, LAYOUT.length()).count()).isEqualTo(1);
    assertThat(new Buckets(LAYOUT, Integer.MAX_VALUE).count()).isEqualTo(1);
    assertThat(new Buckets(ParameterLayout.means(0), 1).count()).isZero();
  }

  @Test
  void areReadyWhenAllBeforeThemAreWhateverTheOrder() {
    Buckets buckets = new Buckets(LAYOUT, 60);
    Random random = new Random(5);
    for (int step = 0; step < 20; step++) {
      List<int[]> pieces = pieces(random);
      boolean[] there = new boolean[LAYOUT.length()];
      assertThat(buckets.ready()).isZero();
      for (int[] piece : pieces) {
        buckets.add(piece[0], piece[1]);
        for (int i = piece[0]; i < piece[1]; i++) {
          there[i] = true;
        }
        int ready = 0;
        while (ready < buckets.count() && allThere(there, buckets.from(ready), buckets.to(ready))) {
          ready++;
        }
        assertThat(buckets.ready()).isEqualTo(ready);
      }
      assertThat(buckets.ready()).isEqualTo(buckets.count());
      buckets.begin();
    }
  }

  /** Returns the view cut somewhere, in any order. */
  private static List<int[]> pieces(Random random) {
    List<int[]> pieces = new ArrayList<>();
    for (int from = 0; from < LAYOUT.length(); ) {
      int to = Math.min(LAYOUT.length(), from + 1 + random.nextInt(150));
      pieces.add(new int[] {from, to});
      from = to;
    }
    Collections.shuffle(pieces, random);
    return pieces;
  }

  private static boolean allThere(boolean[] there, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!there[i]) {
        return false;
      }
    }
    return true;
  }
}
