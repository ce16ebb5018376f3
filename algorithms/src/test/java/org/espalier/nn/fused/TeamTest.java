package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TeamTest {
  @BeforeAll
  static void loadTheLibraryThatLanesSet() {
    Nd4j.getBackend();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyLaneRunsOnceARound(int lanes) {
    Map<Integer, Integer> runs = new ConcurrentHashMap<>();
    try (Team team = new Team(lanes)) {
      assertThat(team.lanes()).isEqualTo(lanes);
      for (int round = 0; round < 500; round++) {
        team.run((lane, barrier) -> runs.merge(lane, 1, Integer::sum));
      }
    }
    assertThat(runs).hasSize(lanes).allSatisfy((lane, count) -> assertThat(count).isEqualTo(500));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theLastLaneAtABarrierActsBeforeAnyGoesOn(int lanes) {
    int barriers = 200;
    AtomicInteger before = new AtomicInteger();
    AtomicInteger acts = new AtomicInteger();
    AtomicInteger errors = new AtomicInteger();
    try (Team team = new Team(lanes)) {
      team.run(
          (lane, barrier) -> {
            for (int i = 1; i <= barriers; i++) {
              before.incrementAndGet();
              int expected = i;
              barrier.await(
                  () -> {
                    if (before.get() != expected * lanes) {
                      errors.incrementAndGet();
                    }
                    acts.incrementAndGet();
                  });
              if (acts.get() < i) {
                errors.incrementAndGet();
              }
            }
          });
    }
    assertThat(acts).hasValue(barriers);
    assertThat(errors).hasValue(0);
  }

  @Test
  void whatALaneThrowsIsThrownInTheCallerAndTheOthersGiveUp() {
    AtomicInteger beyond = new AtomicInteger();
    try (Team team = new Team(3)) {
      for (Throwable thrown :
          List.of(new IllegalArgumentException("no"), new AssertionError("no"))) {
        assertThatThrownBy(
                () ->
                    team.run(
                        (lane, barrier) -> {
                          if (lane == 1) {
                            throwUnchecked(thrown);
                          }
                          barrier.await(() -> {});
                          beyond.incrementAndGet();
                        }))
            .isSameAs(thrown);
        AtomicInteger afterwards = new AtomicInteger();
        team.run((lane, barrier) -> barrier.await(afterwards::incrementAndGet));
        assertThat(afterwards).hasValue(1);
      }
    }
    assertThat(beyond).hasValue(0);
  }

  private static void throwUnchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) thrown;
  }

  @Test
  void whatTheLastLaneThrowsAtABarrierIsThrownInTheCaller() {
    try (Team team = new Team(2)) {
      IllegalArgumentException thrown = new IllegalArgumentException("no");
      assertThatThrownBy(
              () ->
                  team.run(
                      (lane, barrier) ->
                          barrier.await(
                              () -> {
                                throw thrown;
                              })))
          .isSameAs(thrown);
    }
  }

  @Test
  void anInterruptedCallerWaitsForItsLanesAndSaysSo() {
    AtomicInteger inside = new AtomicInteger();
    try (Team team = new Team(2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () ->
                  team.run(
                      (lane, barrier) -> {
                        inside.incrementAndGet();
                        pause(50);
                        inside.decrementAndGet();
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot go on: the thread was interrupted");
      assertThat(inside).hasValue(0);
      assertThat(Thread.interrupted()).isTrue();
      team.run((lane, barrier) -> inside.incrementAndGet());
      assertThat(inside).hasValue(2);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aClosedTeamRunsNothing() {
    Team team = new Team(2);
    team.close();
    team.close();
    assertThatThrownBy(() -> team.run((lane, barrier) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot run: the network was closed");
  }
}
