package org.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.baseline.RegularizedEvolution;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.colony.Mode;
import org.espalier.search.journal.JournalFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A search that died is taken up from its journal, and ends as if it had not. */
class SearchResumeTest {
  private static final SearchSpace SPACE = SearchSpace.uniform(4, 1, 5);
  private static final BeeColony COLONY = BeeColony.standard().withSize(4, 3, 2);
  private static final Function<Code, Fitness> FITNESS = Problems.fitness(11, 0.2);

  @TempDir java.nio.file.Path folder;
  private final AtomicInteger evaluated = new AtomicInteger();

  static List<Strategy> strategies() {
    return List.of(
        COLONY.with(Mode.SEQUENTIAL),
        COLONY,
        COLONY.with(Mode.SYNC),
        COLONY.withWindow(3),
        BeeColony.paper(),
        BeeColony.officialCode().withSize(4, 3, 2),
        RandomSearch.of(25),
        new RegularizedEvolution(25, 5, 2, 3, List.of()));
  }

  private Evaluator evaluator() {
    return candidate -> {
      evaluated.incrementAndGet();
      return CompletableFuture.completedFuture(
          FITNESS.apply(candidate.code()).with(Map.of("seed", candidate.seed() + " \"1\"\n")));
    };
  }

  private Search search(Strategy strategy) {
    return Search.of(SPACE, strategy, evaluator())
        .seed(5)
        .subject("a test")
        .cost("sum", code -> IntStream.of(code.toArray()).sum() / 3.0)
        .limit(new CostLimit(4, CostLimit.Handling.REPAIR))
        .promoting(3)
        .finalists(new Finalists(2, 2));
  }

  private static String end(SearchResult result) {
    return result.best().toString()
        + result.finalists()
        + result.front()
        + result.population()
        + result.winner();
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aJournalCutAfterAnyEventLeadsToTheSameEnd(Strategy strategy) throws InterruptedException {
    InMemoryJournal whole = new InMemoryJournal(List.of());
    SearchResult undisturbed = search(strategy).journal(whole).run();
    int evaluatedInAll = evaluated.get();
    for (int cut = 0; cut <= whole.lines.size(); cut++) {
      InMemoryJournal journal = new InMemoryJournal(whole.lines.subList(0, cut));
      long known =
          journal.lines.stream().filter(line -> line.contains("\"how\":\"EVALUATED\"")).count();
      evaluated.set(0);
      SearchResult resumed = search(strategy).journal(journal).run();
      assertThat(end(resumed).replaceAll("CACHED|EVALUATED", ""))
          .as("cut after line %d", cut)
          .isEqualTo(end(undisturbed).replaceAll("CACHED|EVALUATED", ""));
      assertThat(resumed.tally().total()).isEqualTo(undisturbed.tally().total());
      assertThat(evaluated.get()).as("nothing twice").isEqualTo(evaluatedInAll - (int) known);
      assertThat(journal.lines).hasSameSizeAs(whole.lines);
    }
  }

  /** What was under way at the time of death is lost, whatever its place. */
  @ParameterizedTest
  @MethodSource("strategies")
  void anyEvaluationsMayBeMissing(Strategy strategy) throws InterruptedException {
    InMemoryJournal whole = new InMemoryJournal(List.of());
    String undisturbed = end(search(strategy).journal(whole).run());
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      List<String> left =
          new ArrayList<>(
              whole.lines.subList(1, whole.lines.size() - 1).stream()
                  .filter(line -> random.nextBoolean())
                  .toList());
      Collections.shuffle(left, new java.util.Random(i));
      left.add(0, whole.lines.get(0));
      String resumed = end(search(strategy).journal(new InMemoryJournal(left)).run());
      assertThat(resumed.replaceAll("CACHED|EVALUATED|notes=\\{.*?}", ""))
          .isEqualTo(undisturbed.replaceAll("CACHED|EVALUATED|notes=\\{.*?}", ""));
    }
  }

  @Test
  void filesCutAnywhereInALineLeadToTheSameEnd() throws IOException, InterruptedException {
    Configuration hadoop = new Configuration();
    Path first = new Path(folder.toUri().toString(), "whole");
    String undisturbed;
    try (JournalFolder journal = JournalFolder.open(first, hadoop)) {
      undisturbed = end(search(COLONY).journal(journal).run());
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("whole/part-000001.jsonl"));
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 40; i++) {
      String name = "cut" + i;
      java.nio.file.Path part = folder.resolve(name + "/part-000001.jsonl");
      Files.createDirectories(part.getParent());
      Files.write(part, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      for (int run = 0; run < 2; run++) {
        try (JournalFolder journal =
            JournalFolder.open(new Path(folder.toUri().toString(), name), hadoop)) {
          String resumed = end(search(COLONY).journal(journal).run());
          assertThat(resumed.replaceAll("CACHED|EVALUATED|notes=\\{.*?}", ""))
              .isEqualTo(undisturbed.replaceAll("CACHED|EVALUATED|notes=\\{.*?}", ""));
        }
      }
    }
  }

  @Test
  void aSearchThatEndedIsNotEvaluatedAgain() throws InterruptedException {
    InMemoryJournal journal = new InMemoryJournal(List.of());
    SearchResult undisturbed = search(COLONY).journal(journal).run();
    int lines = journal.lines.size();
    evaluated.set(0);
    SearchResult again = search(COLONY).journal(journal).run();
    assertThat(end(again)).isEqualTo(end(undisturbed));
    assertThat(again.tally().resumed()).isEqualTo(again.tally().total());
    assertThat(evaluated).hasValue(0);
    assertThat(journal.lines).hasSize(lines);
  }

  @Test
  void aMeasuredCostIsTakenFromTheJournal() throws InterruptedException {
    InMemoryJournal journal = new InMemoryJournal(List.of());
    SearchResult first = search(COLONY).journal(journal).run();
    SearchResult again =
        search(COLONY)
            .cost("sum", code -> IntStream.of(code.toArray()).sum() / 2.9)
            .journal(new InMemoryJournal(journal.lines))
            .run();
    assertThat(end(again)).isEqualTo(end(first));
  }

  @Test
  void aDamagedLineIsNamed() throws InterruptedException {
    InMemoryJournal journal = new InMemoryJournal(List.of());
    search(COLONY).journal(journal).run();
    for (String damaged :
        List.of(
            "{\"event\":\"evaluation\",\"ind",
            "{\"event\":\"evaluation\",\"index\":3}",
            "{\"event\":\"evaluations\"}",
            "[1]",
            "",
            journal.lines.get(6).replaceAll("\"index\":\\d+,", ""))) {
      List<String> lines = new ArrayList<>(journal.lines);
      lines.set(6, damaged);
      assertThatThrownBy(() -> search(COLONY).journal(new InMemoryJournal(lines)).run())
          .isInstanceOf(JournalException.class)
          .hasMessage("Cannot resume the search: line 7 is damaged (" + damaged + ")");
    }
  }

  @Test
  void aJournalOfAnotherSearchIsRefused() throws InterruptedException {
    InMemoryJournal journal = new InMemoryJournal(List.of());
    search(COLONY).journal(journal).run();
    assertThatThrownBy(() -> search(COLONY).seed(6).journal(journal).run())
        .isInstanceOf(JournalException.class)
        .hasMessage("Cannot resume the search: the journal is of another one (seed was 5, now 6)");
    assertThatThrownBy(() -> search(RandomSearch.of(3)).journal(journal).run())
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "Cannot resume the search: the journal is of another one (strategy was \"bee-colony\", now \"random-search\")");
    assertThatThrownBy(() -> search(COLONY).subject("b").journal(journal).run())
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "Cannot resume the search: the journal is of another one (subject was \"a test\", now \"b\")");
    List<String> other = new ArrayList<>(journal.lines);
    other.replaceAll(
        line ->
            line.contains("\"index\":2,")
                ? line.replaceAll("\"(code|proposed)\":\\[.*?]", "\"$1\":[1,1,1,1]")
                : line);
    assertThatThrownBy(() -> search(COLONY).journal(new InMemoryJournal(other)).run())
        .isInstanceOf(JournalException.class)
        .hasMessageMatching(
            "Cannot resume the search: evaluation 2 was of \\[1, 1, 1, 1], now it is of \\[.*]");
  }

  @Test
  void aFullDiskStopsTheSearchWhichLosesNothing() throws InterruptedException {
    InMemoryJournal whole = new InMemoryJournal(List.of());
    SearchResult undisturbed = search(COLONY).journal(whole).run();
    InMemoryJournal full = new InMemoryJournal(List.of());
    full.room = 9;
    assertThatThrownBy(() -> search(COLONY).journal(full).run())
        .isInstanceOf(JournalException.class)
        .hasMessage("Cannot write the journal: No space left on device");
    full.room = Integer.MAX_VALUE;
    evaluated.set(0);
    assertThat(end(search(COLONY).journal(full).run())).isEqualTo(end(undisturbed));
  }
}
