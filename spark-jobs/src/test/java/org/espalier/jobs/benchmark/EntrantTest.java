package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class EntrantTest {
  /** Takes at least so many milliseconds for three images, and counts its steps. */
  private static final class Sleeper implements Contestant {
    private final long millis;
    private int trained;
    private int inferred;

    Sleeper(long millis) {
      this.millis = millis;
    }

    private void sleep() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }

    @Override
    public void train() {
      trained++;
      sleep();
    }

    @Override
    public void infer() {
      inferred++;
      sleep();
    }

    @Override
    public int batch() {
      return 3;
    }
  }

  @Test
  void aRoundTakesAtLeastOneStep() {
    Sleeper sleeper = new Sleeper(20);
    try (Crew crew = new Crew(1, 1)) {
      Entrant entrant = new Entrant("sleeper", crew, task -> sleeper);
      entrant.warmUp(1e-9);
      assertThat(sleeper.trained).as("the first step and the warm-up").isEqualTo(2);
      Round round = entrant.round(1e-9);
      assertThat(sleeper.trained).isEqualTo(3);
      assertThat(sleeper.inferred).isEqualTo(2);
      assertThat(round.trainImagesPerSecond()).isPositive().isLessThanOrEqualTo(3 / 0.020);
      assertThat(round.inferImagesPerSecond()).isPositive().isLessThanOrEqualTo(3 / 0.020);
      Speed speed = entrant.speed();
      assertThat(speed.name()).isEqualTo("sleeper");
      assertThat(speed.firstStepMillis()).isGreaterThanOrEqualTo(20);
      assertThat(speed.rounds()).containsExactly(round);
    }
  }

  @Test
  void aRoundLastsAsLongAsAskedFor() {
    Sleeper sleeper = new Sleeper(1);
    try (Crew crew = new Crew(1, 1)) {
      Entrant entrant = new Entrant("sleeper", crew, task -> sleeper);
      entrant.warmUp(1e-9);
      long begin = System.nanoTime();
      entrant.round(0.05);
      assertThat((System.nanoTime() - begin) / 1e9).isGreaterThanOrEqualTo(2 * 0.05);
    }
  }

  @Test
  void tasksAddUpAndTheFastOnesGoOnUntilTheSlowAreDone() {
    Sleeper fast = new Sleeper(1);
    Sleeper slow = new Sleeper(60);
    try (Crew crew = new Crew(2, 1)) {
      Entrant entrant = new Entrant("both", crew, task -> task == 0 ? fast : slow);
      entrant.warmUp(1e-9);
      int before = fast.trained;
      Round round = entrant.round(1e-9);
      assertThat(fast.trained - before).isGreaterThan(1);
      assertThat(round.trainImagesPerSecond()).isLessThanOrEqualTo(3 / 0.001 + 3 / 0.060);
      assertThat(entrant.speed().firstStepMillis()).isGreaterThanOrEqualTo(60);
    }
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMiddleOfTheTwo() {
    Speed speed =
        Speed.of(
            "x",
            1,
            java.util.List.of(
                new Round(4, 40), new Round(1, 10), new Round(3, 30), new Round(9, 90)));
    assertThat(speed.trainImagesPerSecond()).isCloseTo(3.5, within(1e-12));
    assertThat(speed.inferImagesPerSecond()).isCloseTo(35, within(1e-12));
  }
}
