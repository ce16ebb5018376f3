package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on few images: what is learned here is little, but every stage is real. */
@Tag("slow")
class ScopJobTest {
  @TempDir private Path folder;

  private static List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "scop",
        List.of(
            "output=" + output,
            "seed=7",
            "data.synthetic.train=192",
            "data.synthetic.test=64",
            "training.epochs=1",
            "training.batch=32",
            "scop.epochs=2",
            "scop.batch=32",
            "scop.fineTune.epochs=2",
            "scop.fineTune.batch=32",
            "evaluation.latencyRuns=3",
            "spark.partitions=2"),
        more);
  }

  @Test
  void aKilledJobGoesOnAndEndsWithTheSameReport() throws Exception {
    Path whole = folder.resolve("whole");
    JobRuns.run(0, arguments(whole));
    Path killed = folder.resolve("killed");
    Path log = folder.resolve("process.log");
    Process process = JobRuns.start(arguments(killed), log);
    JobRuns.awaitEvent(killed, "\"pruned\"", process, log);
    process.destroyForcibly().waitFor();
    assertThat(killed.resolve("report.json")).doesNotExist();

    JobRuns.run(0, arguments(killed));

    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .contains("\"stage-resumed\"")
        .containsOnlyOnce("\"stage-ended\",\"name\":\"knockoff\"");
    assertThat(JobRuns.outcome(killed)).isEqualTo(JobRuns.outcome(whole));
  }

  @Test
  void theNetworkWrittenIsSlimAndTheReportSaysSo() throws Exception {
    Path output = folder.resolve("output");
    JobRuns.run(0, arguments(output, "scop.knockoff=noise"));
    ComputationGraph network =
        WeightsFile.load(
            new org.apache.hadoop.fs.Path(output.resolve("model.zip").toUri()),
            new Configuration());
    JsonNode report = JobRuns.report(output);
    assertThat(report.path("before").path("parameters").asLong()).isEqualTo(269_722);
    assertThat(report.path("after").path("parameters").asLong()).isEqualTo(116_485);
    assertThat(report.path("before").path("latencyMillis").asDouble()).isPositive();
    assertThat(report.path("after").path("latencyMillis").asDouble()).isPositive();
    assertThat(network.layerSize("layer3.2.conv2")).isEqualTo(36);
    assertThat(report.path("layers")).hasSize(18);
    assertThat(JobRuns.stages(report))
        .containsExactly("baseline", "knockoff", "recalibrate", "fine-tune");
    assertThat(output.resolve("report.html")).content().contains("layer3.2.conv2");
    assertThat(output.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aControlArmNeedsNoKnockoffs() throws Exception {
    Path output = folder.resolve("output");
    JobRuns.run(0, arguments(output, "scop.importance=random", "scop.fineTune.epochs=1"));
    JsonNode report = JobRuns.report(output);
    assertThat(JobRuns.stages(report)).containsExactly("baseline", "recalibrate", "fine-tune");
    assertThat(report.path("after").path("parameters").asLong()).isEqualTo(116_485);
    assertThat(report.path("notes").toString()).contains("random");
  }
}
