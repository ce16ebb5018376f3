package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Synchronous training as a job, in a process of its own. */
@Tag("slow")
class TrainJobTest {
  @TempDir private Path folder;

  private List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "train",
        List.of(
            "output=" + output,
            "data.synthetic.train=192",
            "data.synthetic.test=64",
            "training.epochs=3",
            "training.batch=32",
            "training.mode=allreduce",
            "evaluation.latencyRuns=0",
            "spark.partitions=2"),
        more);
  }

  @Test
  void aJobKilledBetweenEpochsGoesOnAndItsProcessEnds() throws Exception {
    Path log = folder.resolve("process.log");
    Path killed = folder.resolve("killed");
    Process first = JobRuns.start(arguments(killed), log);
    JobRuns.awaitEvent(killed, "\"epoch\":2", first, log);
    first.destroyForcibly().waitFor();
    assertThat(killed.resolve("report.json")).doesNotExist();

    Process second = JobRuns.start(arguments(killed), log);
    assertThat(second.waitFor(3, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();

    assertThat(second.exitValue()).as(Files.readString(log)).isZero();
    Path whole = folder.resolve("whole");
    JobRuns.run(0, arguments(whole));
    assertThat(Files.readString(killed.resolve("events.jsonl"))).contains("\"stage-resumed\"");
    assertThat(JobRuns.outcome(killed)).isEqualTo(JobRuns.outcome(whole));
  }

  @ParameterizedTest
  @ValueSource(strings = {"averaging", "allreduce"})
  void aJobKilledWithinAnEpochGoesOnThere(String mode) throws Exception {
    String[] settings = {
      "training.mode=" + mode,
      "training.averagingInterval=1",
      "training.batch=16",
      "training.epochs=2",
      "checkpoint.steps=1"
    };
    Path log = folder.resolve("process.log");
    Path killed = folder.resolve("killed");
    Process first = JobRuns.start(arguments(killed, settings), log);
    JobRuns.awaitEvent(killed, "\"epoch\":1,\"step\":2", first, log);
    first.destroyForcibly().waitFor();
    assertThat(killed.resolve("report.json")).doesNotExist();

    JobRuns.run(0, arguments(killed, settings));

    Path whole = folder.resolve("whole");
    JobRuns.run(0, arguments(whole, settings));
    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .containsPattern("\"stage-resumed\".*\"epoch\":1,\"step\":[2-5]");
    assertThat(JobRuns.outcome(killed)).isEqualTo(JobRuns.outcome(whole));
    assertThat(killed.resolve("checkpoints")).doesNotExist();
  }
}
