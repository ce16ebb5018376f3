package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.data.DataException;
import org.espalier.jobs.config.TrainJobConfig;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.report.Measurement;
import org.espalier.jobs.report.Report;
import org.espalier.jobs.report.ReportFiles;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs jobs that are written here through a verb's command, as the command line does. */
class JobContextTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();

  private int run(Job<TrainJobConfig> job, String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                "--set",
                "output=" + folder,
                "--set",
                "spark.master=local[2]",
                "--set",
                "spark.conf.spark.ui.enabled=false"));
    arguments.addAll(List.of(more));
    return new CommandLine(new TrainCommand(job))
        .setOut(new PrintWriter(out, true))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              out.append(Failures.sentence(failure)).append('\n');
              return Failures.exitCode(failure);
            })
        .execute(arguments.toArray(new String[0]));
  }

  private static void stage(JobContext context, String name, double loss) {
    context.progress().stageStarted(new StageStart(name, 1, 1, 10, "test"));
    context.progress().epochEnded(new EpochResult(name, 1, loss, 0.5, Double.NaN, 0.5, 0.1, 10, 2));
    context.progress().stageEnded(StageResult.of(name, 1, 10, 2, 0.5));
  }

  private Report report() throws IOException {
    return ReportFiles.read(Files.readString(folder.resolve("report.json")));
  }

  @Test
  void aJobLeavesItsReportPageAndEvents() throws IOException {
    SharedSpark.context();
    int code =
        run(
            (config, context) -> {
              long sum = context.sparkContext().parallelize(List.of(1, 2, 3)).reduce(Integer::sum);
              context.report().before(new Measurement(0.5, 0.9, sum, 7, 8, 9));
              stage(context, "train", 1.5);
            });
    assertThat(code).isZero();
    Report report = report();
    assertThat(report.job()).isEqualTo("train");
    assertThat(report.before().parameters()).isEqualTo(6);
    assertThat(report.stages()).extracting(StageResult::name).containsExactly("train");
    assertThat(report.spark().master()).isEqualTo(SharedSpark.context().master());
    assertThat(report.spark().executors()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("report.html"))).contains("<title>Espalier: train");
    assertThat(Files.readAllLines(folder.resolve("events.jsonl")))
        .extracting(line -> line.replaceAll(".*\"event\":\"([^\"]*)\".*", "$1"))
        .containsExactly("job-started", "stage-started", "epoch", "stage-ended", "job-finished");
    assertThat(out.toString()).contains("parameters               6\n").contains("/report.html");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("report.json", "report.html", "events.jsonl");
  }

  @Test
  void aFailedJobIsOneSentenceAndOne() throws IOException {
    int code =
        run(
            (config, context) -> {
              throw new DataException("a.bin: label 11 in record 3, it must be 0 to 9");
            });
    assertThat(code).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("a.bin: label 11 in record 3, it must be 0 to 9\n");
    assertThat(Files.readString(folder.resolve("events.jsonl")))
        .contains("\"event\":\"job-failed\",\"reason\":\"a.bin: label 11 in record 3");
    assertThat(folder.resolve("report.json")).doesNotExist();
  }

  @Test
  void aFailureOnAnExecutorKeepsItsSentence() {
    int code =
        run(
            (config, context) ->
                context
                    .sparkContext()
                    .parallelize(List.of(1))
                    .foreach(
                        x -> {
                          throw new DataException("b.bin: cut by 100 bytes");
                        }));
    assertThat(code).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("b.bin: cut by 100 bytes\n");
  }

  @Test
  void aRunTakesUpAnUnfinishedOneOfTheSameConfiguration() throws IOException {
    run(
        (config, context) -> {
          stage(context, "train", 1.5);
          throw new JobFailedException("killed");
        });
    run(
        (config, context) -> {
          assertThat(context.resumed()).isTrue();
          stage(context, "fine-tune", 1.0);
        });
    assertThat(report().stages())
        .extracting(StageResult::name)
        .containsExactly("train", "fine-tune");
  }

  @Test
  void aRunOfAnotherConfigurationStartsAnewAndKeepsTheOldEvents() throws IOException {
    run(
        (config, context) -> {
          stage(context, "train", 1.5);
          throw new JobFailedException("killed");
        });
    run(
        (config, context) -> {
          assertThat(context.resumed()).isFalse();
          stage(context, "fine-tune", 1.0);
        },
        "--set",
        "seed=2");
    assertThat(report().stages()).extracting(StageResult::name).containsExactly("fine-tune");
    assertThat(Files.readString(folder.resolve("events.previous.jsonl"))).contains("killed");
  }

  @Test
  void retriedTasksAreCounted() throws IOException {
    Path marker = folder.resolve("failed-once");
    run(
        (config, context) -> {
          String file = marker.toString();
          context
              .sparkContext()
              .parallelize(List.of(1), 1)
              .foreach(
                  x -> {
                    if (new java.io.File(file).createNewFile()) {
                      throw new IOException("lost");
                    }
                  });
        },
        "--set",
        "spark.master=local[1,2]");
    assertThat(report().spark().taskRetries()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("events.jsonl"))).contains("\"event\":\"retry\"");
  }

  @Test
  void theSentenceOfAnUnexpectedFailureNamesItsKind() {
    assertThat(Failures.sentence(new IllegalStateException("x is null\nmore")))
        .isEqualTo("IllegalStateException: x is null");
    assertThat(Failures.sentence(new NullPointerException())).isEqualTo("NullPointerException");
  }
}
