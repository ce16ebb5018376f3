package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole searches on few images: what is found here is little, but every stage is real. */
@Tag("slow")
class AbcJobTest {
  /** 3 sources, then 2 x 3 evaluations in each of 2 cycles; 2 x 2 of finalists. */
  private static final int SEARCHED = 15;

  private static final int PROMOTED = 3;
  private static final int FINAL = 4;
  private static final int ALL = SEARCHED + PROMOTED + FINAL;

  private static final int KILLS = 5;

  private static final String EVALUATION = "\"event\":\"evaluation\"";

  @TempDir private static Path shared;

  /** The output of a job with no more than the common settings. */
  private static Path whole;

  @TempDir private Path folder;

  @BeforeAll
  static void runUndisturbed() {
    whole = shared.resolve("whole");
    JobRuns.run(0, arguments(whole));
  }

  private static List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "abc",
        List.of(
            "output=" + output,
            "seed=7",
            "data.synthetic.height=16",
            "data.synthetic.width=16",
            "data.synthetic.train=192",
            "data.synthetic.test=64",
            "training.epochs=1",
            "training.batch=32",
            "abc.sources=3",
            "abc.cycles=2",
            "abc.limit=9",
            "abc.heldOut=48",
            "abc.fidelity.recalibrate=32",
            "abc.fidelity.batch=16",
            "abc.promotion.codes=" + PROMOTED,
            "abc.promotion.epochs=1",
            "abc.promotion.images=32",
            "abc.finalists.codes=2",
            "abc.finalists.replicates=2",
            "abc.constraint.on=macs",
            "abc.fineTune.epochs=1",
            "abc.fineTune.batch=32",
            "evaluation.latencyRuns=0",
            "spark.partitions=2"),
        more);
  }

  private JsonNode run(String name, String... settings) throws IOException {
    Path output = folder.resolve(name);
    JobRuns.run(0, arguments(output, settings));
    return JobRuns.report(output);
  }

  /** Searches within the winner of the common settings, and trains nothing but candidates. */
  private JsonNode search(String name, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.weights=" + whole.resolve("model.zip"),
                "training.epochs=0",
                "abc.fineTune.epochs=0"));
    all.addAll(List.of(settings));
    return run(name, all.toArray(new String[0])).path("search");
  }

  /** Returns what a report says apart from times and places. */
  private static JsonNode outcome(Path output) throws IOException {
    ObjectNode report = (ObjectNode) JobRuns.outcome(output);
    ((ObjectNode) report.get("search")).remove(List.of("driver", "schedule", "timeline"));
    return report;
  }

  @Test
  void theWinnerIsSlimmedFineTunedAndReported() throws Exception {
    JsonNode report = JobRuns.report(whole);

    JsonNode search = report.path("search");
    assertThat(search.path("evaluations").asInt()).isEqualTo(ALL);
    assertThat(search.path("trace")).hasSize(SEARCHED);
    assertThat(search.path("finalists")).hasSize(2);
    assertThat(search.path("failures").asInt()).isZero();
    assertThat(search.path("budget").path("evaluations").asInt()).isEqualTo(SEARCHED);
    assertThat(search.path("budget").path("images").asInt()).isEqualTo((ALL + PROMOTED) * 32);
    assertThat(search.path("evaluated").asInt() + search.path("cacheHits").asInt()).isEqualTo(ALL);
    assertThat(search.path("timeline")).hasSize(search.path("evaluated").asInt());
    assertThat(search.path("schedule").path("share").asDouble()).isBetween(0.01, 1.0);
    assertThat(search.path("driver").path("share").asDouble()).isBetween(0.0, 1.0);
    JsonNode best = search.path("best");
    assertThat(best.path("code")).hasSize(9);
    double before = report.path("before").path("macs").asDouble();
    assertThat(best.path("macs").asDouble()).isLessThanOrEqualTo(0.55 * before);
    assertThat(report.path("after").path("macs")).isEqualTo(best.path("macs"));
    assertThat(report.path("after").path("parameters")).isEqualTo(best.path("parameters"));
    ComputationGraph network =
        WeightsFile.load(
            new org.apache.hadoop.fs.Path(whole.resolve("model.zip").toUri()), new Configuration());
    assertThat(report.path("layers")).hasSize(9);
    for (JsonNode layer : report.path("layers")) {
      String name = layer.path("name").asText();
      assertThat(layer.path("channelsAfter").asLong()).isEqualTo(network.layerSize(name));
    }
    assertThat(JobRuns.stages(report))
        .containsExactly("baseline", "search", "recalibrate", "fine-tune");
    assertThat(report.path("data").path("train").asInt()).isEqualTo(144);
  }

  @Test
  void sequentialFindsTheSameAsWave() throws Exception {
    String trained = "abc.fidelity.epochs=1";
    JsonNode wave = search("wave", trained, "abc.mode=wave");
    JsonNode sequential = search("sequential", trained, "abc.mode=sequential");

    assertThat(sequential.path("best")).isEqualTo(wave.path("best"));
    assertThat(sequential.path("finalists")).isEqualTo(wave.path("finalists"));
    assertThat(fitnesses(sequential)).isEqualTo(fitnesses(wave));
  }

  private static List<String> fitnesses(JsonNode search) {
    return search.path("trace").findValuesAsText("fitness");
  }

  @Test
  void otherSearchersHaveTheSameBudget() throws Exception {
    JsonNode search = search("output", "abc.searcher=evolution");

    assertThat(search.path("trace")).hasSize(SEARCHED);
    assertThat(search.path("searcher").asText()).isEqualTo("evolution");
    assertThat(search.path("best").path("macs").asLong()).isPositive();
  }

  @Test
  void uniformWidthsAreOneCodeFineTunedLikeAnyWinner() throws Exception {
    JsonNode report = run("output", "abc.searcher=uniform");

    JsonNode search = report.path("search");
    assertThat(search.path("searcher").asText()).isEqualTo("uniform");
    assertThat(search.path("trace")).hasSize(1);
    assertThat(search.path("budget").path("finalists").asInt()).isEqualTo(2);
    assertThat(search.path("finalists")).hasSize(1);
    assertThat(search.path("evaluations").asInt()).isEqualTo(1 + 1 + 2);
    long macs = search.path("best").path("macs").asLong();
    double share = macs / report.path("before").path("macs").asDouble();
    assertThat(share).isBetween(0.52, 0.55);
    assertThat(report.path("after").path("macs").asLong()).isEqualTo(macs);
  }

  @Test
  void aPipelineMaySearchWhatPruningLeft() throws Exception {
    Path output = folder.resolve("output");
    List<String> arguments =
        JobRuns.arguments(
            "compress",
            arguments(output).stream().filter(each -> each.contains("=")).toList(),
            "pipeline=[prune, abc]",
            "prune.fineTune.epochs=1",
            "abc.constraint.share=0.9");
    JobRuns.run(0, arguments);

    JsonNode report = JobRuns.report(output);
    assertThat(JobRuns.stages(report))
        .containsExactly(
            "baseline",
            "prune-recalibrate",
            "prune-fine-tune",
            "abc-search",
            "abc-recalibrate",
            "abc-fine-tune");
    assertThat(report.path("after").path("macs"))
        .isEqualTo(report.path("search").path("best").path("macs"));
  }

  @Test
  void aSearchKilledAtRandomMomentsGoesOnAndEndsAlike(TestReporter reporter) throws Exception {
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the moments", Long.toString(seed));
    SplittableRandom random = new SplittableRandom(seed);
    // Evaluations in the journal; the last is not among them, so that the job does not end.
    int[] moments = random.ints(1, ALL).distinct().limit(KILLS).sorted().toArray();
    Path killed = folder.resolve("killed");
    Path log = folder.resolve("process.log");
    for (int moment : moments) {
      long known = evaluations(killed);
      long awaited = Math.min(Math.max(moment, known + 1), ALL);
      Process process = JobRuns.start(arguments(killed), log);
      JobRuns.await(() -> evaluations(killed) >= awaited, process, log);
      Thread.sleep(random.nextInt(50));
      process.destroyForcibly().waitFor();
      assertThat(process.exitValue()).as("killed, of seed %d", seed).isEqualTo(128 + 9);
    }

    JobRuns.run(0, arguments(killed));

    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .contains("\"stage-resumed\",\"stage\":\"search\"");
    assertThat(outcome(killed)).as("seed %d", seed).isEqualTo(outcome(whole));
  }

  /** Returns how many evaluations the journal of a job has. */
  private static long evaluations(Path output) throws IOException {
    Path journal = output.resolve("search");
    if (!Files.exists(journal)) {
      return 0;
    }
    long count = 0;
    try (Stream<Path> files = Files.list(journal)) {
      for (Path part : files.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
        count += Files.readString(part).lines().filter(line -> line.contains(EVALUATION)).count();
      }
    }
    return count;
  }

  @Test
  void anotherRunBeginsAnewAndKeepsTheOldJournal() throws Exception {
    assertThat(search("output", "abc.searcher=random").path("trace")).hasSize(SEARCHED);
    JsonNode again = search("output", "abc.mode=sync");

    assertThat(again.path("mode").asText()).isEqualTo("sync");
    assertThat(folder.resolve("output/search.previous")).isDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc.heldOut=192 | 2 | abc.heldOut must be less than the 192 training images: 192",
        "abc.constraint.share=0.01 | 2 | abc.constraint.share must be at least 0.09",
        "abc.searcher=ants | 2 | abc.searcher must be one of bees, random, evolution, uniform: \"ants\"",
        "abc.widths.most=11 | 2 | abc.widths.most must be at most abc.widths.steps (10): 11",
        "abc.sources=1 | 2 | abc.sources must be a whole number of at least 2: 1",
        "abc.evaluations=9 | 2 | abc.evaluations must be null when abc.searcher is bees",
        "abc.searcher=uniform;abc.evaluations=9 | 2 | must be null when abc.searcher is uniform",
        "abc.promotion.codes=1 | 2 | abc.promotion.codes must be 0, or at least abc.finalists.codes (2)",
        "abc.promotion.images=8 | 2 | abc.promotion.images must be at least abc.fidelity.batch (16): 8",
        "abc.fidelity.recalibrate=1 | 2 | abc.fidelity.recalibrate must be 0, or at least 2: 1",
        "model.name=lenet5;abc.constraint.share=0.0001 | 2 | abc.constraint.share must be at least"
      })
  void whatCannotBeIsSaidBeforeSparkStarts(String settings, int code, String sentence)
      throws Exception {
    Path output = folder.resolve("output");
    assertThat(JobRuns.run(code, arguments(output, settings.split(";")))).contains(sentence);

    Path events = output.resolve("events.jsonl");
    assertThat(Files.exists(events) ? Files.readString(events) : "")
        .doesNotContain("stage-started");
  }
}
