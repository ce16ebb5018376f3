package org.espalier.spark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.search.Candidate;
import org.espalier.search.Code;
import org.espalier.search.Fitness;
import org.espalier.search.colony.Mode;
import org.espalier.spark.SharedSpark;
import org.espalier.spark.training.TinyData;
import org.junit.jupiter.api.Test;

class SparkEvaluatorTest {
  private static final AtomicInteger PREPARED = new AtomicInteger();
  private static final Semaphore HELD = new Semaphore(0);
  private static final Map<Code, Boolean> STARTED = new ConcurrentHashMap<>();

  private final JavaSparkContext sc = SharedSpark.context();

  private static List<Candidate> candidates(int count) {
    return IntStream.range(0, count).mapToObj(TinySearch::candidate).toList();
  }

  private static List<Double> values(List<Fitness> fitnesses) {
    return fitnesses.stream().map(Fitness::value).toList();
  }

  private static List<Double> alone(int count) {
    return candidates(count).stream()
        .map(each -> TinySearch.alone(each, TinySearch.TRAINED).value())
        .toList();
  }

  @Test
  void aFitnessIsThatOfTheCandidateAlone() {
    List<Candidate> candidates = new ArrayList<>(candidates(8));
    List<CandidateRun> runs = Collections.synchronizedList(new ArrayList<>());
    List<Double> found;
    List<Double> backwards;
    try (SparkEvaluator evaluator = TinySearch.evaluator(sc).listener(runs::add).build()) {
      assertThat(evaluator.slots()).isEqualTo(2);
      found = values(TinySearch.submitted(evaluator, candidates));
      Collections.reverse(candidates);
      backwards = new ArrayList<>(values(TinySearch.submitted(evaluator, candidates)));
      Collections.reverse(backwards);
    }
    assertThat(found).isEqualTo(alone(8)).isEqualTo(backwards);
    assertThat(found.stream().distinct().count()).isGreaterThan(2);
    assertThat(runs).hasSize(16);
    for (CandidateRun run : runs) {
      assertThat(run.executor()).isEqualTo("driver");
      assertThat(run.attempt()).isZero();
      assertThat(run.endMillis()).isGreaterThanOrEqualTo(run.startMillis());
      assertThat(run.jobMillis()).isPositive();
      assertThat(run.fitness().notes()).containsKeys("executor", "seconds", "loss");
    }
  }

  @Test
  void attemptsThatFailAtRandomChangeNothing() {
    List<CandidateRun> runs = Collections.synchronizedList(new ArrayList<>());
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base ->
                    (code, seed) -> {
                      if (TaskContext.get().attemptNumber() < seed % 4) {
                        throw new AssertionError("an executor's fault");
                      }
                      return TinySearch.structures(base).network(code, seed);
                    })
            .listener(runs::add)
            .build()) {
      assertThat(values(TinySearch.submitted(evaluator, candidates(8)))).isEqualTo(alone(8));
    }
    assertThat(runs).allMatch(run -> run.attempt() == run.candidate().seed() % 4);
  }

  @Test
  void tasksThatAreKilledChangeNothing() {
    AtomicInteger killed = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            if (start.taskInfo().taskId() % 2 == 0 && start.taskInfo().attemptNumber() == 0) {
              killed.incrementAndGet();
              sc.sc().killTaskAttempt(start.taskInfo().taskId(), true, "a test");
            }
          }
        };
    sc.sc().addSparkListener(killer);
    try (SparkEvaluator evaluator = TinySearch.evaluator(sc).build()) {
      assertThat(values(TinySearch.submitted(evaluator, candidates(8)))).isEqualTo(alone(8));
    } finally {
      sc.sc().removeSparkListener(killer);
    }
    assertThat(killed.get()).isPositive();
  }

  @Test
  void whatIsWrongWithACandidateIsItsFitness() {
    List<String> failures;
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base ->
                    (code, seed) -> {
                      switch (code.at(0)) {
                        case 1 -> throw new IllegalStateException("no such structure");
                        case 2 ->
                            throw new OutOfMemoryError(
                                "Java heap space for " + new double[Integer.MAX_VALUE - 8].length);
                        case 3 -> throw new AssertionError("an executor's fault\nat length");
                        default -> {
                          ComputationGraph network =
                              TinySearch.structures(base).network(code, seed);
                          network.params().putScalar(0, Float.NaN);
                          return network;
                        }
                      }
                    })
            .build()) {
      failures =
          TinySearch.submitted(
                  evaluator,
                  IntStream.rangeClosed(1, 4)
                      .mapToObj(i -> new Candidate(i, Code.of(i, 5, 5), 0, i, 0))
                      .toList())
              .stream()
              .map(Fitness::failure)
              .toList();
    }
    assertThat(failures.get(0)).isEqualTo("java.lang.IllegalStateException: no such structure");
    assertThat(failures.get(1)).isEqualTo("out of memory (Java heap space)");
    assertThat(failures.get(2))
        .startsWith("Spark lost it: Job aborted due to stage failure")
        .contains("failed 4 times", "an executor's fault")
        .doesNotContain("\n");
    assertThat(failures.get(3))
        .isEqualTo(
            "Cannot go on with candidate: the loss became NaN (epoch 0, step 0); a smaller learning"
                + " rate may help");
  }

  @Test
  void outputsThatAreNotNumbersAreAFailure() {
    Fitness fitness;
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base ->
                    (code, seed) -> {
                      ComputationGraph network = TinySearch.structures(base).network(code, seed);
                      network.params().assign(Float.NaN);
                      return network;
                    })
            .fidelity(Fidelity.trained(0, 0.1))
            .build()) {
      fitness = TinySearch.submitted(evaluator, candidates(1)).get(0);
    }
    assertThat(fitness.failure())
        .isEqualTo(
            "Cannot evaluate: the network's output is not a number; its parameters are damaged");
  }

  @Test
  void whoTakesTooLongFailsWhetherItWaitsOrComputes() {
    List<Fitness> fitnesses;
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base -> {
                  var structures = TinySearch.structures(base);
                  return (code, seed) -> {
                    if (code.at(0) == 1) {
                      acquire(new Semaphore(0));
                    }
                    return structures.network(code, seed);
                  };
                })
            .fidelity(Fidelity.trained(1_000_000, 1e-6).inBatchesOf(24))
            .timeLimit(Duration.ofMillis(1500))
            .build()) {
      fitnesses = TinySearch.submitted(evaluator, candidates(2));
    }
    assertThat(fitnesses).extracting(Fitness::failure).containsOnly("it took longer than 1.5 s");
  }

  @Test
  void theHopelessAreGivenUpAfterTheirFirstEpoch() {
    Candidate candidate = TinySearch.candidate(3);
    double first =
        TinySearch.alone(candidate, Fidelity.trained(1, 0.1).inBatchesOf(24).with(0.9, 1e-4))
            .value();
    Fitness stopped = TinySearch.alone(candidate, TinySearch.TRAINED.givingUpBelow(first + 1e-9));
    Fitness patient = TinySearch.alone(candidate, TinySearch.TRAINED.givingUpBelow(first));

    assertThat(stopped.value()).isEqualTo(first);
    assertThat(stopped.notes()).containsEntry("stopped", "after its first epoch");
    assertThat(patient.notes()).doesNotContainKey("stopped");
    assertThat(patient.value()).isEqualTo(TinySearch.alone(candidate, TinySearch.TRAINED).value());
  }

  @Test
  void thePromotedAndFinalistsAreJudgedMoreCarefully() {
    Candidate candidate = TinySearch.candidate(4);
    Candidate finalist = new Candidate(9, candidate.code(), 1, candidate.seed(), candidate.cost());
    Candidate promoted =
        new Candidate(8, candidate.code(), Candidate.PROMOTED, candidate.seed(), candidate.cost());
    Fidelity half = TinySearch.TRAINED.onShare(0.5);
    Fidelity cheap = Fidelity.recalibrated(60).inBatchesOf(20);
    List<Fitness> fitnesses;
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(sc)
            .fidelity(cheap)
            .promoted(half)
            .finalists(TinySearch.TRAINED)
            .build()) {
      fitnesses = TinySearch.submitted(evaluator, List.of(candidate, finalist, promoted));
    }
    assertThat(fitnesses.get(0).value()).isEqualTo(TinySearch.alone(candidate, cheap).value());
    assertThat(fitnesses.get(0).notes()).doesNotContainKey("loss");
    assertThat(fitnesses.get(1).value())
        .isEqualTo(TinySearch.alone(candidate, TinySearch.TRAINED).value());
    assertThat(fitnesses.get(2).notes().get("loss"))
        .isEqualTo(TinySearch.alone(candidate, half).notes().get("loss"));
  }

  @Test
  void aShareOfTheImagesDependsOnTheSeed() {
    Fidelity half = TinySearch.TRAINED.onShare(0.5);
    Candidate candidate = TinySearch.candidate(5);
    Candidate other = new Candidate(5, candidate.code(), 0, 77, 0);

    assertThat(TinySearch.alone(candidate, half)).isEqualTo(TinySearch.alone(candidate, half));
    assertThat(TinySearch.alone(candidate, half).notes())
        .isNotEqualTo(TinySearch.alone(other, half).notes());
  }

  @Test
  void theLongestOfThoseThatWaitGoFirst() {
    STARTED.clear();
    List<Long> order = Collections.synchronizedList(new ArrayList<>());
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(sc, holding())
            .slots(1)
            .listener(run -> order.add(run.candidate().index()))
            .build()) {
      List<CompletableFuture<Fitness>> all =
          candidates(5).stream().map(each -> evaluator.submit(each).toCompletableFuture()).toList();
      HELD.release(5);
      all.forEach(CompletableFuture::join);
    }
    assertThat(order).containsExactly(0L, 4L, 3L, 2L, 1L);
  }

  private static void acquire(Semaphore permits) {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what makes candidates only while somebody lets it. */
  private static CandidateNetworks.Factory holding() {
    return base -> {
      PREPARED.incrementAndGet();
      return (code, seed) -> {
        STARTED.put(code, true);
        acquire(HELD);
        return TinySearch.structures(base).network(code, seed);
      };
    };
  }

  @Test
  void closingGivesUpWhatWaitsAndWhatRuns() throws InterruptedException {
    STARTED.clear();
    SparkEvaluator evaluator = TinySearch.evaluator(sc, holding()).build();
    List<CompletableFuture<Fitness>> all =
        candidates(5).stream().map(each -> evaluator.submit(each).toCompletableFuture()).toList();
    while (STARTED.size() < 2) {
      Thread.sleep(5);
    }
    evaluator.close();

    for (CompletableFuture<Fitness> each : all) {
      assertThatThrownBy(each::get).isInstanceOf(CancellationException.class);
    }
    while (sc.statusTracker().getActiveJobIds().length > 0) {
      Thread.sleep(5);
    }
    assertThatThrownBy(() -> evaluator.submit(TinySearch.candidate(1)).toCompletableFuture().join())
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void wavesFindWhatOneAfterAnotherFinds() throws InterruptedException {
    Map<Long, String> sequential;
    Map<Long, String> waves;
    try (SparkEvaluator evaluator = TinySearch.evaluator(sc).slots(1).build()) {
      sequential = TinySearch.searched(evaluator, Mode.SEQUENTIAL);
    }
    try (SparkEvaluator evaluator = TinySearch.evaluator(sc).build()) {
      waves = TinySearch.searched(evaluator, Mode.WAVE);
    }
    assertThat(waves).isEqualTo(sequential).hasSizeGreaterThanOrEqualTo(4 + 2 * 8);
  }

  @Test
  void nothingStaysOfASearch() throws InterruptedException {
    List<String> before = broadcasts();
    PREPARED.set(0);
    SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base -> {
                  PREPARED.incrementAndGet();
                  return TinySearch.structures(base)::network;
                })
            .build();
    try (evaluator) {
      TinySearch.submitted(evaluator, candidates(40));
      List<String> threads = ownThreads();
      long memory = nativeMemory();
      TinySearch.submitted(evaluator, candidates(200));
      assertThat(ownThreads()).isEqualTo(threads);
      assertThat(nativeMemory() - memory).isLessThan(200L << 20);
      assertThat(broadcasts()).containsAll(evaluator.broadcasts());
    }
    assertThat(PREPARED).hasValue(1);
    assertThat(before).doesNotContainAnyElementsOf(evaluator.broadcasts());
    while (!Collections.disjoint(broadcasts(), evaluator.broadcasts())) {
      Thread.sleep(5); // Spark removes them after a while
    }
  }

  /** Returns the bytes that this process has besides its heap, without what waits to be freed. */
  private static long nativeMemory() throws InterruptedException {
    System.gc();
    Thread.sleep(500); // arrays are freed by a thread of their own
    System.gc();
    return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
  }

  /** Returns the names of the threads that are not Spark's, whose pools come and go. */
  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("espalier"))
        .sorted()
        .toList();
  }

  /** Returns the names of all broadcast values in this JVM's memory. */
  private static List<String> broadcasts() {
    return scala.collection.JavaConverters.seqAsJavaList(
            SparkEnv.get().blockManager().getMatchingBlockIds(id -> id.isBroadcast()))
        .stream()
        .map(id -> id.name())
        .toList();
  }

  @Test
  void refusesToRecalibrateWhatCannotBe() {
    ComputationGraph stock =
        NetworkGraph.of(TinySearch.base())
            .insertAfter(
                "pool", NewNode.layer("stock", new BatchNormalization.Builder().nOut(8).build()))
            .build();
    SparkEvaluator.Builder builder =
        SparkEvaluator.builder(sc, stock, base -> TinySearch.structures(base)::network)
            .images(TinySearch.IMAGES, TinyData.PLAIN, TinyData.PLAIN)
            .fidelity(Fidelity.recalibrated(10));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate candidates: batch normalisation of Deeplearning4j's own kind cannot be"
                + " recalibrated (stock)");
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> TinySearch.evaluator(sc).slots(0))
        .hasMessage("Cannot evaluate candidates: slots must be at least 1 (0)");
    assertThatThrownBy(() -> TinySearch.evaluator(sc).timeLimit(Duration.ZERO))
        .hasMessage("Cannot evaluate candidates: the time limit must be at least 1 ms (PT0S)");
    assertThatThrownBy(() -> Fidelity.trained(1, 0))
        .hasMessage("Cannot judge candidates: the learning rate must be above 0 (0.0)");
    assertThatThrownBy(() -> TinySearch.TRAINED.onShare(1.5))
        .hasMessage("Cannot judge candidates: the share must be above 0 and at most 1 (1.5)");
    assertThatThrownBy(() -> Fidelity.recalibrated(1))
        .hasMessage(
            "Cannot judge candidates: images for recalibration must be 0, or at least 2 (1)");
  }
}
