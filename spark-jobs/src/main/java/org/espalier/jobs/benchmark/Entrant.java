package org.espalier.jobs.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** One contestant in each task of a crew, all of a kind, and how fast they are together. */
public final class Entrant implements AutoCloseable {
  private final String name;
  private final Crew crew;
  private final IntFunction<Contestant> maker;
  private final List<Round> rounds = new ArrayList<>();
  private List<Contestant> contestants = List.of();
  private double firstStepMillis;

  /**
   * Makes an entrant without contestants yet.
   *
   * @param name what results call it
   * @param crew who works
   * @param maker makes the contestant of a task, by its number from 0
   */
  public Entrant(String name, Crew crew, IntFunction<Contestant> maker) {
    this.name = name;
    this.crew = crew;
    this.maker = maker;
  }

  /** Returns what results call it. */
  public String name() {
    return name;
  }

  /** Makes the contestants, takes the time of their first step, and runs a round uncounted. */
  public void warmUp(double seconds) {
    List<Start> starts = crew.together(task -> () -> start(task));
    contestants = starts.stream().map(Start::contestant).toList();
    firstStepMillis = starts.stream().mapToDouble(Start::millis).max().orElseThrow();
    measure(seconds);
  }

  private Start start(int task) {
    long begin = System.nanoTime();
    Contestant contestant = maker.apply(task);
    contestant.train();
    return new Start(contestant, (System.nanoTime() - begin) / 1e6);
  }

  private record Start(Contestant contestant, double millis) {}

  /** Runs a round that counts. */
  public Round round(double seconds) {
    Round round = measure(seconds);
    rounds.add(round);
    return round;
  }

  /** Returns what came of the rounds. */
  public Speed speed() {
    return Speed.of(name, firstStepMillis, rounds);
  }

  /** Returns why its network is not compiled; nothing where it is, or was not to be. */
  public Optional<String> refusal() {
    return contestants.stream().map(Contestant::refusal).flatMap(Optional::stream).findFirst();
  }

  /**
   * Returns the most bytes that were resident so far in the contestants' own processes; nothing
   * where they have none, or the system does not tell.
   */
  public OptionalLong peakResidentBytes() {
    return contestants.stream()
        .map(Contestant::process)
        .flatMap(Optional::stream)
        .map(ProcessMemory::peakResidentBytes)
        .flatMapToLong(OptionalLong::stream)
        .reduce(Long::sum);
  }

  /** Closes the contestants, each in its own task. */
  @Override
  public void close() {
    List<Contestant> leaving = contestants;
    contestants = List.of();
    if (!leaving.isEmpty()) {
      crew.<Void>together(
          task ->
              () -> {
                leaving.get(task).close();
                return null;
              });
    }
  }

  private Round measure(double seconds) {
    return new Round(rate(Contestant::train, seconds), rate(Contestant::infer, seconds));
  }

  /**
   * Images a second of all tasks together. Who is done goes on until all are, so that nobody is
   * measured with the machine to himself.
   */
  private double rate(Consumer<Contestant> step, double seconds) {
    CountDownLatch ready = new CountDownLatch(crew.size());
    CountDownLatch working = new CountDownLatch(crew.size());
    return crew
        .together(
            task ->
                () -> {
                  Contestant contestant = contestants.get(task);
                  ready.countDown();
                  ready.await();
                  double rate;
                  try {
                    rate = rate(contestant, step, seconds);
                  } finally {
                    working.countDown();
                  }
                  while (working.getCount() > 0) {
                    step.accept(contestant);
                  }
                  return rate;
                })
        .stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private static double rate(Contestant contestant, Consumer<Contestant> step, double seconds) {
    long begin = System.nanoTime();
    long images = 0;
    double elapsed;
    do {
      step.accept(contestant);
      images += contestant.batch();
      elapsed = (System.nanoTime() - begin) / 1e9;
    } while (elapsed < seconds);
    return images / elapsed;
  }
}
