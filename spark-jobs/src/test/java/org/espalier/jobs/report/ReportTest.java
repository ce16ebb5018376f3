package org.espalier.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.espalier.jobs.console.Summary;
import org.espalier.jobs.output.EventLog;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theJsonHasTheFieldsOfTheSchema() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportFiles.json(Samples.scop()));
    assertThat(fields(json))
        .containsExactly(
            "job",
            "espalierVersion",
            "config",
            "fingerprint",
            "seed",
            "started",
            "data",
            "before",
            "after",
            "stages",
            "layers",
            "history",
            "controlFactors",
            "notes",
            "spark",
            "wallSeconds");
    assertThat(fields(json.path("data"))).contains("name", "train", "test", "corrupt");
    for (String side : List.of("before", "after")) {
      assertThat(fields(json.path(side)))
          .containsExactly("top1", "top5", "parameters", "macs", "sizeBytes", "latencyMillis");
    }
    assertThat(fields(json.path("stages").path(0)))
        .contains("name", "epochs", "seconds", "imagesPerSecond");
    assertThat(fields(json.path("layers").path(0)))
        .contains("name", "channelsBefore", "channelsAfter");
    assertThat(fields(json.path("spark"))).contains("master", "executors", "taskRetries");
    assertThat(json.path("config").path("scop").path("rate").asDouble()).isEqualTo(0.45);
    assertThat(json.path("before").path("macs").asLong()).isEqualTo(40_551_040);
  }

  @Test
  void whatDoesNotApplyIsNullAndNotMissing() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportFiles.json(Samples.evaluation()));
    assertThat(json.get("after").isNull()).isTrue();
    assertThat(json.get("spark").isNull()).isTrue();
    assertThat(json.get("before").get("latencyMillis").isNull()).isTrue();
    assertThat(json.get("layers")).isEmpty();
    assertThat(json.get("benchmark").get("inferImagesPerSecond").asDouble()).isEqualTo(1000.5);
  }

  @Test
  void aReportReadsBackAsTheSame() {
    for (Report report : List.of(Samples.scop(), Samples.evaluation())) {
      String json = ReportFiles.json(report);
      assertThat(ReportFiles.json(ReportFiles.read(json))).isEqualTo(json);
    }
    assertThat(ReportFiles.read(ReportFiles.json(Samples.scop())).before())
        .isEqualTo(Samples.scop().before());
  }

  @Test
  void whatIsNoReportIsRefused() {
    assertThatThrownBy(() -> ReportFiles.read("[1]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read the report: ");
  }

  @Test
  void aResumedRunHasTheEarlierStagesAndReplacesWhatItRepeats() throws IOException {
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(folder.toUri().toString(), "events.jsonl");
    EventLog log = EventLog.open(file, new Configuration(), Clock.systemUTC());
    Events events = new Events(log);
    events.stageStarted(new StageStart("train", 1, 2, 10, "test"));
    events.epochEnded(epoch("train", 1, 2.0));
    events.epochEnded(epoch("train", 2, 1.5));
    events.stageEnded(StageResult.of("train", 2, 20, 4, 0.5));
    events.epochEnded(epoch("knockoff", 1, 9.0));

    ReportBuilder builder = new ReportBuilder();
    builder.restore(log.events());
    builder.epochEnded(epoch("knockoff", 1, 1.25));
    Report report =
        builder.build(
            new Run("scop", "1", java.util.Map.of(), "", 1, java.time.Instant.EPOCH, null, 1));
    assertThat(report.stages()).containsExactly(StageResult.of("train", 2, 20, 4, 0.5));
    assertThat(report.history())
        .extracting(EpochResult::stage, EpochResult::epoch, EpochResult::loss)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("train", 1, 2.0),
            org.assertj.core.groups.Tuple.tuple("train", 2, 1.5),
            org.assertj.core.groups.Tuple.tuple("knockoff", 1, 1.25));
    assertThat(report.history().get(0).testLoss()).isNaN();
  }

  private static EpochResult epoch(String stage, int epoch, double loss) {
    return new EpochResult(stage, epoch, loss, 0.5, Double.NaN, 0.5, 0.1, 10, 2);
  }

  @Test
  void controlFactorsAreCountedInEqualBins() {
    ControlFactors counted =
        ControlFactors.count(
            "conv",
            new double[] {0, 0.049, 0.05, 1, 0.5},
            new boolean[] {false, true, true, true, false});
    assertThat(counted.kept()).hasSize(20).startsWith(1, 1, 0).endsWith(0, 1);
    assertThat(counted.removed().get(0)).isEqualTo(1);
    assertThat(counted.removed().get(10)).isEqualTo(1);
    assertThatThrownBy(() -> ControlFactors.count("conv", new double[2], new boolean[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot count control factors: 2 factors for 3 channels (conv)");
  }

  @Test
  void theSummaryComparesBeforeAndAfter() {
    assertThat(Summary.of(Samples.scop()))
        .isEqualTo(
            """

                                  before       after        change
            top-1 accuracy       87.34 %     86.11 %  -1.23 points
            top-5 accuracy       99.51 %     99.43 %  -0.08 points
            parameters           269,722     116,485       -56.8 %
            MACs              40,551,040  17,391,220       -57.1 %
            file size, bytes   1,104,321     489,112       -55.7 %
            latency, ms             1.84        1.02       -44.6 %
            Note: 20,000 of 49,998 training images were used (data.limit.train).

            scop took 20 min 35 s; report: output/scop/report.html
            """);
    assertThat(Summary.of(Samples.evaluation()))
        .contains("top-1 accuracy       91.50 %\n")
        .doesNotContain("latency");
  }
}
