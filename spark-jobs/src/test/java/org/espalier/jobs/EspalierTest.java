package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspalierTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new Espalier().run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void helpListsTheVerbs() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "data",
            "train",
            "evaluate",
            "scop",
            "abc",
            "qat",
            "ptq",
            "compress",
            "export",
            "inspect",
            "benchmark");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data",
        "train",
        "evaluate",
        "scop",
        "abc",
        "qat",
        "ptq",
        "compress",
        "export",
        "inspect",
        "benchmark"
      })
  void eachVerbHasHelp(String verb) {
    assertThat(run(verb, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: espalier " + verb);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theVersionIsTheBuilds() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("espalier \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
  }

  @Test
  void printConfigEndsWithoutRunningTheJob() {
    assertThat(run("scop", "--set", "scop.rate=0.25", "--master", "local[3]", "--print-config"))
        .isZero();
    assertThat(out.toString())
        .contains("rate = 0.25  # set by --set scop.rate")
        .contains("master = \"local[3]\"  # set by --set spark.master");
  }

  @Test
  void aUsageErrorIsOneSentenceAndTwo() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("prune")).isEqualTo(2);
    assertThat(run("scop", "--rate", "0.3")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            """
            espalier: no verb given; see espalier --help
            espalier: no verb prune, there are data, train, evaluate, scop, abc, qat, ptq, compress, export, inspect, benchmark; \
            see espalier --help
            espalier: Unknown options: '--rate', '0.3'; see espalier scop --help
            """);
  }

  @Test
  void aVerbWithACommandTellsOptionsFromCommands() {
    assertThat(run("benchmark", "--rate")).isEqualTo(2);
    assertThat(run("benchmark", "scalng")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            """
            espalier: Unknown option: '--rate'; see espalier benchmark --help
            espalier: no verb scalng, there are scaling; see espalier benchmark --help
            """);
  }

  @Test
  void aConfigurationErrorIsOneSentenceAndTwo() {
    assertThat(run("scop", "--set", "scop.rate=1.0")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("espalier: scop.rate must be in [0, 1): 1.0 (--set scop.rate)\n");
  }

  @Test
  void aPrecisionThatTheNetworkCannotHaveIsOneSentenceBeforeSparkStarts() {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isTrue();
    assertThat(
            run(
                "train",
                "--set",
                "output=" + folder,
                "--set",
                "model.name=resnet20",
                "--set",
                "data.synthetic.height=34",
                "--set",
                "training.precision=bf16-mixed",
                "--master",
                "local[no such master]"))
        .isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: Cannot train in bf16-mixed: the network, or what it is trained on, is of a"
                + " kind that is not compiled; use float32\n");
  }

  @Test
  void aPrecisionThatTheProcessorDoesNotHaveIsOneSentenceBeforeSparkStarts() {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isFalse();
    assertThat(
            run(
                "train",
                "--set",
                "output=" + folder,
                "--set",
                "training.precision=bf16-mixed",
                "--master",
                "local[no such master]"))
        .isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: Cannot train in bf16-mixed: this processor has neither avx512_bf16 nor AMX;"
                + " use float32\n");
  }

  @Test
  void theStackTraceIsShownOnDemand() {
    assertThat(run("scop", "-v", "--set", "scop.rate=1.0")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("espalier: scop.rate must be in [0, 1): 1.0 (--set scop.rate)\n")
        .contains("\tat org.espalier.jobs.config.Section.");
  }

  @Test
  void dataInfoCountsWithoutSpark() {
    assertThat(
            run(
                "data",
                "info",
                "--set",
                "data.synthetic.train=20",
                "--set",
                "data.synthetic.test=10"))
        .isZero();
    assertThat(out.toString())
        .contains("format           synthetic\n")
        .contains("training images  20\n")
        .contains("test images      10\n");
  }

  @Test
  void fetchRefusesWhatHasNoOfficialAddress() {
    assertThat(run("data", "fetch", "imagenet", "/tmp/x")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("espalier: FORMAT must be one of cifar10, cifar100, mnist: imagenet\n");
  }

  @Test
  void fetchSaysWhyAServerRefused() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext(
        "/mirror/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    String mirror = "http://localhost:" + server.getAddress().getPort() + "/mirror";
    try {
      assertThat(run("data", "fetch", "mnist", folder.toString(), "--mirror", mirror)).isEqualTo(1);
    } finally {
      server.stop(0);
    }
    assertThat(err.toString())
        .isEqualTo(
            "espalier: Cannot download "
                + mirror
                + "/train-images-idx3-ubyte.gz: the server answered 404\n");
  }
}
