package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Synchronous training as a job, in a process of its own. */
@Tag("slow")
class TrainJobTest {
  @TempDir private Path folder;

  private List<String> arguments(Path output) {
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
            "spark.partitions=2"));
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
    assertThat(JobRuns.report(killed).path("after")).isEqualTo(JobRuns.report(whole).path("after"));
    assertThat(JobRuns.report(killed).path("history").findValues("loss"))
        .isEqualTo(JobRuns.report(whole).path("history").findValues("loss"));
  }
}
