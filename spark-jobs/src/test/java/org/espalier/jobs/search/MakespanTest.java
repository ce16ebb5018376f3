package org.espalier.jobs.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.junit.jupiter.api.Test;

class MakespanTest {
  private static Judged task(long index, String phase, long seconds, Long... after) {
    return new Judged(
        index,
        0,
        phase,
        0,
        0,
        List.of(after),
        Code.of(1),
        0,
        0.5,
        "",
        Evaluation.How.EVALUATED,
        seconds == 0 ? null : new Place("1", "host", 1000, 1000 + 1000 * seconds));
  }

  @Test
  void independentTasksShareTheSlots() {
    List<Judged> tasks =
        List.of(task(0, "a", 2), task(1, "a", 3), task(2, "a", 4), task(3, "a", 3));
    assertThat(Makespan.seconds(tasks, 1)).isEqualTo(12);
    assertThat(Makespan.seconds(tasks, 2)).isEqualTo(6);
    assertThat(Makespan.seconds(tasks, 4)).isEqualTo(4);
  }

  @Test
  void aTaskWaitsForThoseOnWhichItRests() {
    List<Judged> chain = List.of(task(0, "a", 2), task(1, "a", 3, 0L), task(2, "a", 4, 0L, 1L));
    assertThat(Makespan.seconds(chain, 4)).isEqualTo(9);
  }

  @Test
  void theLongestWayBeginsFirst() {
    List<Judged> tasks = List.of(task(0, "a", 3), task(1, "a", 2), task(2, "a", 3, 1L));
    assertThat(Makespan.seconds(tasks, 2)).isEqualTo(5);
    assertThat(Makespan.seconds(tasks, 1)).isEqualTo(8);
  }

  @Test
  void aPhaseWaitsForTheOneBefore() {
    List<Judged> tasks = List.of(task(0, "a", 2), task(1, "b", 3), task(2, "b", 4));
    assertThat(Makespan.seconds(tasks, 2)).isEqualTo(6);
  }

  @Test
  void whatWasKnownAlreadyTakesNoTime() {
    List<Judged> tasks = List.of(task(0, "a", 2), task(1, "a", 0, 0L), task(2, "a", 3, 1L));
    assertThat(Makespan.seconds(tasks, 2)).isEqualTo(5);
    assertThat(Makespan.seconds(List.of(), 2)).isZero();
  }
}
