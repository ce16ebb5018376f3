package org.espalier.spark.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.espalier.search.Candidate;
import org.espalier.search.Fitness;
import org.espalier.search.colony.Mode;
import org.espalier.spark.SharedSpark;
import org.espalier.spark.cluster.StandaloneCluster;
import org.espalier.spark.resources.GpuReporting;
import org.espalier.spark.resources.GpuRequest;
import org.espalier.spark.resources.GpuUse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches on executors of their own processes, two tasks and a GPU each, one of which dies. */
@Tag("slow")
class ClusterSearchTest {
  @RegisterExtension static final StandaloneCluster CLUSTER = StandaloneCluster.of(2, 2, 2);

  private static JavaSparkContext sc;
  private static Map<Long, String> expected;

  @BeforeAll
  static void searchOnThreads() throws InterruptedException {
    try (SparkEvaluator evaluator = TinySearch.evaluator(SharedSpark.context()).slots(1).build()) {
      expected = TinySearch.searched(evaluator, Mode.SEQUENTIAL);
    }
    SharedSpark.stop();
    SparkConf conf = CLUSTER.conf("search").set("spark.executor.memory", "768m");
    new GpuRequest(1, 2, Optional.empty())
        .applyTo(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION());
    sc = new JavaSparkContext(conf);
  }

  @AfterAll
  static void stop() {
    sc.stop();
  }

  @BeforeEach
  void awaitExecutors() throws InterruptedException {
    while (sc.sc().statusTracker().getExecutorInfos().length - 1 < 2) {
      Thread.sleep(50);
    }
  }

  /** Counts the bytes that each executor got of each broadcast value. */
  private static final class Traffic extends SparkListener {
    private final Map<String, Map<String, Long>> bytes = new ConcurrentSkipListMap<>();
    private final Set<String> pieces = new HashSet<>();
    private final List<String> again = new CopyOnWriteArrayList<>();

    @Override
    public void onBlockUpdated(SparkListenerBlockUpdated event) {
      var update = event.blockUpdatedInfo();
      String block = update.blockId().name();
      int piece = block.indexOf("_piece");
      String executor = update.blockManagerId().executorId();
      if (piece > 0 && !executor.equals("driver") && update.storageLevel().isValid()) {
        if (!pieces.add(executor + " " + block)) {
          again.add(executor + " " + block);
        }
        bytes
            .computeIfAbsent(block.substring(0, piece), name -> new TreeMap<>())
            .merge(executor, update.memSize() + update.diskSize(), Long::sum);
      }
    }
  }

  @Test
  void executorsFindWhatThreadsFindAndGetTheBaseOnce() throws Exception {
    Traffic traffic = new Traffic();
    List<CandidateRun> runs = Collections.synchronizedList(new ArrayList<>());
    List<GpuUse> uses = new CopyOnWriteArrayList<>();
    List<String> broadcasts;
    sc.sc().addSparkListener(traffic);
    try (GpuReporting.Registration listening = GpuReporting.listen(uses::add);
        SparkEvaluator evaluator = TinySearch.evaluator(sc).listener(runs::add).build()) {
      assertThat(listening).isNotNull();
      assertThat(evaluator.slots()).isEqualTo(4);
      assertThat(TinySearch.searched(evaluator, Mode.WAVE)).isEqualTo(expected);
      broadcasts = evaluator.broadcasts();
      sc.sc().listenerBus().waitUntilEmpty();
    } finally {
      sc.sc().removeSparkListener(traffic);
    }
    Set<String> executors = runs.stream().map(CandidateRun::executor).collect(Collectors.toSet());
    assertThat(executors).hasSize(2);
    assertThat(traffic.again).isEmpty();
    for (String broadcast : broadcasts) {
      assertThat(traffic.bytes.get(broadcast)).containsOnlyKeys(executors);
      assertThat(Set.copyOf(traffic.bytes.get(broadcast).values())).hasSize(1);
    }
    assertThat(uses).hasSameSizeAs(runs);
  }

  @Test
  void executorsThatDieChangeNothing() throws InterruptedException {
    AtomicInteger started = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            if (started.incrementAndGet() == 8) {
              CLUSTER.killExecutors(0);
              CLUSTER.killExecutors(1);
            }
          }
        };
    List<CandidateRun> runs = Collections.synchronizedList(new ArrayList<>());
    sc.sc().addSparkListener(killer);
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base ->
                    (code, seed) -> {
                      LockSupport.parkNanos(500_000_000); // so that executors die at work
                      return TinySearch.structures(base).network(code, seed);
                    })
            .listener(runs::add)
            .build()) {
      assertThat(TinySearch.searched(evaluator, Mode.WAVE)).isEqualTo(expected);
    } finally {
      sc.sc().removeSparkListener(killer);
    }
    assertThat(runs).anyMatch(run -> run.attempt() > 0);
  }

  @Test
  void aCandidateThatKillsItsExecutorsIsAFailureAndTheOthersGoOn() {
    List<Candidate> candidates = IntStream.range(0, 6).mapToObj(TinySearch::candidate).toList();
    List<Fitness> fitnesses;
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(
                sc,
                base ->
                    (code, seed) -> {
                      if (seed == 1002 && TaskContext.get() != null) {
                        Runtime.getRuntime().halt(9);
                      }
                      return TinySearch.structures(base).network(code, seed);
                    })
            .slots(2)
            .build()) {
      fitnesses = TinySearch.submitted(evaluator, candidates);
    }
    assertThat(fitnesses.get(2).failure())
        .startsWith("Spark lost it: Job aborted due to stage failure")
        .contains("failed 4 times", "ExecutorLostFailure");
    for (int i : List.of(0, 1, 3, 4, 5)) {
      // Those that ran beside it four times may be lost with it.
      Fitness fitness = fitnesses.get(i);
      if (!fitness.isFailed()) {
        assertThat(fitness.value())
            .isEqualTo(TinySearch.alone(candidates.get(i), TinySearch.TRAINED).value());
      }
    }
    assertThat(fitnesses.stream().filter(Fitness::isFailed)).hasSizeLessThan(3);
  }
}
