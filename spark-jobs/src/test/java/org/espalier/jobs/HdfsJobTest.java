package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.spark.cluster.MiniHdfs;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A training job whose images, checkpoints and results are all on HDFS. */
@Tag("slow")
class HdfsJobTest {
  private static final int IMAGES = 60;

  @RegisterExtension static final MiniHdfs HDFS = new MiniHdfs(3);

  @BeforeAll
  static void writeImages() throws IOException {
    Random random = new Random(5);
    for (String name :
        List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin")) {
      byte[] records = new byte[IMAGES * (1 + 32 * 32 * 3)];
      random.nextBytes(records);
      for (int image = 0; image < IMAGES; image++) {
        records[image * (1 + 32 * 32 * 3)] = (byte) (image % 10);
      }
      try (FSDataOutputStream out = HDFS.files().create(new Path("/cifar/" + name))) {
        out.write(records);
      }
    }
  }

  private static List<String> arguments(String output, String... more) {
    return JobRuns.arguments(
        "train",
        List.of(
            "output=" + HDFS.uri(output),
            "seed=7",
            "data.format=cifar10",
            "data.path=" + HDFS.uri("/cifar"),
            "training.epochs=4",
            "training.batch=30",
            "evaluation.latencyRuns=0",
            "spark.partitions=2"),
        more);
  }

  private static String text(String file) throws IOException {
    try (InputStream in = HDFS.files().open(new Path(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode after(String output) throws IOException {
    ObjectNode after =
        (ObjectNode) new ObjectMapper().readTree(text(output + "/report.json")).path("after");
    after.remove("latencyMillis");
    return after;
  }

  private static ComputationGraph network(String output) throws IOException {
    return WeightsFile.load(new Path(HDFS.uri(output + "/model.zip")), HDFS.files().getConf());
  }

  private static void awaitEpoch(String output, CompletableFuture<String> job) throws Exception {
    while (!HDFS.files().exists(new Path(output + "/events.jsonl"))
        || !text(output + "/events.jsonl").contains("\"epoch\"")) {
      assertThat(job).as("the job before its first epoch").isNotDone();
      Thread.sleep(50);
    }
  }

  @Test
  void aDataNodeThatStopsDoesNotChangeTheResult() throws Exception {
    JobRuns.run(0, arguments("/whole"));
    CompletableFuture<String> job =
        CompletableFuture.supplyAsync(() -> JobRuns.run(0, arguments("/disturbed")));
    awaitEpoch("/disturbed", job);
    HDFS.stopDataNode(0);
    assertThat(job).as("the job after a data node stopped").isNotDone();

    job.join();

    assertThat(HDFS.dataNodes()).isEqualTo(2);
    assertThat(after("/disturbed")).isEqualTo(after("/whole"));
    assertThat(network("/disturbed").params()).isEqualTo(network("/whole").params());
    assertThat(HDFS.files().listStatus(new Path("/disturbed")))
        .extracting(FileStatus::getPath)
        .extracting(Path::getName)
        .contains("events.jsonl", "model.zip", "report.html", "report.json")
        .noneMatch(name -> name.contains("tmp"));
    assertThat(text("/disturbed/events.jsonl").lines())
        .hasSameSizeAs(text("/whole/events.jsonl").lines().toList())
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  @Test
  void aFullDiskStopsTheJobWithASentenceAndItGoesOnLater() throws Exception {
    String checkpoints = "/full/checkpoints/train";
    String[] settings = {"seed=8", "training.averagingInterval=1", "checkpoint.steps=1"};
    CompletableFuture<String> job =
        CompletableFuture.supplyAsync(() -> JobRuns.run(1, arguments("/full", settings)));
    while (!HDFS.files().exists(new Path(checkpoints))
        || HDFS.files().listStatus(new Path(checkpoints), HdfsJobTest::isWhole).length == 0) {
      assertThat(job).as("the job before its first checkpoint").isNotDone();
      Thread.sleep(5);
    }

    HDFS.fill("/full/checkpoints");

    assertThat(job.join())
        .contains("Cannot write the checkpoint hdfs://")
        .contains("The DiskSpace quota of /full/checkpoints is exceeded");
    assertThat(HDFS.files().listStatus(new Path(checkpoints)))
        .isNotEmpty()
        .allMatch(file -> isWhole(file.getPath()));
    HDFS.empty("/full/checkpoints");
    JobRuns.run(0, arguments("/full", settings));
    JobRuns.run(0, arguments("/roomy", settings));
    assertThat(text("/full/events.jsonl")).contains("\"stage-resumed\"");
    assertThat(after("/full")).isEqualTo(after("/roomy"));
    assertThat(network("/full").params()).isEqualTo(network("/roomy").params());
  }

  private static boolean isWhole(Path file) {
    return file.getName().endsWith(".state");
  }
}
