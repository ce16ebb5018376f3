package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

/** Runs the verb for moments: what it measures is not looked at, but that it measures. */
class BenchmarkJobTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "output=" + folder,
                "benchmark.network=lenet5",
                "benchmark.batch=2",
                "benchmark.threads=1",
                "benchmark.rounds=1",
                "benchmark.seconds=0.01"));
    return JobRuns.run(out, err, JobRuns.arguments("benchmark", all, settings));
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theReportHasTheMedianOfTheRounds() throws IOException {
    assertThat(run("benchmark.rounds=3")).as(err.toString()).isZero();
    JsonNode benchmark = report().path("benchmark");
    assertThat(fields(benchmark))
        .containsExactly(
            "trainImagesPerSecond",
            "inferImagesPerSecond",
            "firstStepMillis",
            "peakResidentBytes",
            "network",
            "batch",
            "threads",
            "tasks",
            "precision",
            "rounds",
            "peer");
    assertThat(benchmark.path("network").asText()).isEqualTo("lenet5");
    assertThat(benchmark.path("batch").asInt()).isEqualTo(2);
    assertThat(benchmark.path("threads").asInt()).isEqualTo(1);
    assertThat(benchmark.path("tasks").asInt()).isEqualTo(1);
    assertThat(benchmark.path("precision").asText()).isEqualTo("float32");
    assertThat(benchmark.path("firstStepMillis").asDouble()).isPositive();
    assertThat(benchmark.path("peer").isNull()).isTrue();
    assertThat(benchmark.path("rounds")).hasSize(3);
    assertThat(benchmark.path("trainImagesPerSecond").asDouble())
        .isPositive()
        .isEqualTo(median(benchmark, "trainImagesPerSecond"));
    assertThat(benchmark.path("inferImagesPerSecond").asDouble())
        .isPositive()
        .isEqualTo(median(benchmark, "inferImagesPerSecond"));
    assertThat(report().path("spark").isNull()).isTrue();
    assertThat(out.toString())
        .contains("round 3 of 3: ours train ")
        .containsPattern("(?m)^ours lenet5 batch 2 threads 1 float32 train [0-9.]+ images/s$")
        .containsPattern("(?m)^ours lenet5 batch 2 threads 1 float32 infer [0-9.]+ images/s$")
        .containsPattern("(?m)^ours lenet5 batch 2 threads 1 float32 first step [0-9]+ ms$");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("Espalier: benchmark");
  }

  private static double median(JsonNode benchmark, String value) {
    List<Double> sorted = new ArrayList<>();
    benchmark.path("rounds").forEach(round -> sorted.add(round.path(value).asDouble()));
    return sorted.stream().sorted().toList().get(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"densenet100", "mobilenetv2"})
  void everyKindOfNetworkIsCompiled(String network) throws IOException {
    assertThat(run("benchmark.network=" + network)).as(err.toString()).isZero();
    assertThat(out.toString()).doesNotContain("not compiled");
  }

  @Test
  void thePeerIsMeasuredInTheSameRunInTurns() throws IOException {
    assertThat(run("benchmark.network=resnet20", "benchmark.peer=stock", "benchmark.rounds=2"))
        .as(err.toString())
        .isZero();
    JsonNode benchmark = report().path("benchmark");
    JsonNode peer = benchmark.path("peer");
    assertThat(peer.path("name").asText()).isEqualTo("stock");
    assertThat(peer.path("rounds")).hasSize(2);
    assertThat(peer.path("firstStepMillis").asDouble()).isPositive();
    for (String what : List.of("train", "infer")) {
      assertThat(peer.path(what + "Ratio").asDouble())
          .as("the median of two ratios is their mean")
          .isCloseTo((ratio(benchmark, what, 0) + ratio(benchmark, what, 1)) / 2, within(1e-9));
    }
    assertThat(peer.path("peakResidentBytes").isNull()).isTrue();
    assertThat(out.toString().lines().filter(line -> line.startsWith("round ")))
        .extracting(line -> line.replaceAll(" train.*", ""))
        .containsExactly(
            "round 1 of 2: ours",
            "round 1 of 2: stock",
            "round 2 of 2: ours",
            "round 2 of 2: stock");
    assertThat(out.toString())
        .containsPattern(
            "(?m)^ours / stock resnet20 batch 2 threads 1 float32 train [0-9.]+ infer [0-9.]+$")
        .doesNotContain("not compiled");
  }

  private static double ratio(JsonNode benchmark, String what, int round) {
    String speed = what + "ImagesPerSecond";
    return benchmark.path("rounds").path(round).path(speed).asDouble()
        / benchmark.path("peer").path("rounds").path(round).path(speed).asDouble();
  }

  @Test
  void torchIsMeasuredInItsOwnProcess() throws IOException {
    String python = Pythons.withTorch();
    assertThat(run("benchmark.peer=torch", "benchmark.python=" + python))
        .as(err.toString())
        .isZero();
    JsonNode peer = report().path("benchmark").path("peer");
    assertThat(peer.path("name").asText()).isEqualTo("torch");
    assertThat(peer.path("rounds")).hasSize(1);
    assertThat(peer.path("trainRatio").asDouble()).isPositive();
    assertThat(peer.path("peakResidentBytes").asLong())
        .as("PyTorch is large")
        .isGreaterThan(50_000_000);
    assertThat(out.toString())
        .containsPattern("(?m)^torch lenet5 batch 2 threads 1 float32 train [0-9.]+ images/s$")
        .containsPattern("(?m)^torch lenet5 batch 2 threads 1 float32 peak resident [0-9]+ MiB$")
        .containsPattern("Note: The peer is PyTorch [0-9].*, eager, channels last\\.");
  }

  @Test
  void aPythonThatIsNotThereIsRefusedBeforeAnythingIsMeasured() {
    Path python = folder.resolve("python");
    assertThat(run("benchmark.peer=torch", "benchmark.python=" + python)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("espalier: benchmark.python cannot be " + python + ": Cannot run program")
        .contains("No such file");
    assertThat(out.toString()).isEmpty();
    assertThat(folder.resolve("report.json")).doesNotExist();
  }

  @Test
  void aPeerThatCannotBeHadIsRefusedBeforeAnythingIsMeasured() {
    assertThat(run("benchmark.peer=stock")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: benchmark.peer cannot be stock for lenet5: Cannot write a network in stock"
                + " layers: only layers of ResNets for CIFAR are served (pool1 of type Pooling)\n");
    assertThat(out.toString()).isEmpty();
    assertThat(folder.resolve("report.json")).doesNotExist();
  }

  @Test
  void thePeerIsAnOption() {
    assertThat(
            new Espalier()
                .run(
                    new PrintWriter(out), new PrintWriter(err, true), "benchmark", "--peer", "jax"))
        .isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: benchmark.peer must be one of stock, torch: \"jax\" (--set"
                + " benchmark.peer)\n");
  }

  @Test
  void mixedPrecisionIsMeasured() throws IOException {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isTrue();
    assertThat(run("benchmark.network=resnet20", "benchmark.precision=bf16-mixed"))
        .as(err.toString())
        .isZero();
    JsonNode benchmark = report().path("benchmark");
    assertThat(benchmark.path("precision").asText()).isEqualTo("bf16-mixed");
    assertThat(benchmark.path("trainImagesPerSecond").asDouble()).isPositive();
    assertThat(benchmark.path("inferImagesPerSecond").asDouble()).isPositive();
  }

  @Test
  void mixedPrecisionIsRefusedWhereItCannotBeHad() {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isFalse();
    assertThat(run("benchmark.precision=bf16-mixed")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: Cannot train in bf16-mixed: this processor has neither avx512_bf16 nor AMX;"
                + " use float32\n");
  }

  @Test
  void moreThreadsThanTheProcessStartedWithAreRefused() {
    int started = Nd4j.getEnvironment().maxThreads();
    assertThat(run("benchmark.threads=" + (started + 1))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            String.format(
                "espalier: Cannot compute on %d threads: ND4J was started with %d; set"
                    + " OMP_NUM_THREADS=%d%n",
                started + 1, started, started + 1));
  }

  @Test
  void helpNamesThePeerAndTheKeys() {
    assertThat(
            new Espalier()
                .run(new PrintWriter(out, true), new PrintWriter(err), "benchmark", "--help"))
        .isZero();
    assertThat(out.toString())
        .startsWith("Usage: espalier benchmark")
        .contains("--peer=PEER", "espalier benchmark --set benchmark.network=resnet56")
        .contains("All keys, with their meaning and their defaults");
  }
}
