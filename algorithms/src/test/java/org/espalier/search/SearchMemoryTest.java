package org.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.baseline.RegularizedEvolution;
import org.espalier.search.colony.BeeColony;
import org.junit.jupiter.api.Test;

/** What a search keeps of its evaluations. */
class SearchMemoryTest {
  private static final int REMEMBERED = 50;

  @Test
  void memoryDoesNotGrowWithEvaluations() throws InterruptedException {
    for (Strategy strategy :
        List.of(
            BeeColony.standard().withSize(10, 60, 5),
            BeeColony.standard().withSize(10, 60, 5).withWindow(7),
            RegularizedEvolution.of(1_200).withWindow(4),
            RandomSearch.of(1_200))) {
      Kept kept = new Kept();
      try (LocalEvaluator evaluator = new LocalEvaluator(2, SearchMemoryTest::heavy)) {
        Search.of(SearchSpace.uniform(20, 1, 9), strategy, evaluator)
            .remembering(REMEMBERED)
            .listener(kept)
            .run();
      }
      assertThat(kept.counted).as("%s", strategy).hasSizeGreaterThan(5);
      assertThat(kept.counted)
          .as("evaluations alive after 200, 400, ... of them: %s", strategy)
          .allMatch(alive -> alive <= 100);
    }
  }

  private static Fitness heavy(Candidate candidate) {
    return Fitness.of(candidate.code().at(0)).with(Map.of("log", "x".repeat(10_000)));
  }

  private static final class Kept implements SearchListener {
    private final List<WeakReference<Evaluation>> ended = new ArrayList<>();
    private final List<Long> counted = new ArrayList<>();

    @Override
    public void ended(Evaluation evaluation, Progress progress) {
      ended.add(new WeakReference<>(evaluation));
      if (ended.size() % 200 == 0) {
        System.gc();
        counted.add(ended.stream().filter(each -> each.get() != null).count());
      }
    }
  }
}
