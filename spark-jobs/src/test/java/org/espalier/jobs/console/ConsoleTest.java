package org.espalier.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.SearchStep;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.progress.Step;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private Console console(boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Console(out, terminal, nanos::get);
  }

  private void pass(double seconds) {
    nanos.addAndGet((long) (seconds * 1e9));
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalSeesABarThatIsDrawnAnew() {
    Console console = console(true);
    console.stageStarted(new StageStart("fine-tune", 1, 2, 1000, "test"));
    pass(5);
    console.stepped(new Step(500, 0.5, 0.9));
    console.epochEnded(new EpochResult("fine-tune", 1, 0.5, 0.9, Double.NaN, 0.875, 0.1, 1000, 10));
    assertThat(shown())
        .isEqualTo(
            """
            fine-tune (2 epochs)
            \r\u001b[K  epoch 1/2 [============            ]  loss 0.5000  accuracy 90.00 %  100 images/s  15 s left\r\u001b[K  epoch 1/2  loss 0.5000  accuracy 90.00 %  test 87.50 %  100 images/s  10 s
            """);
  }

  @Test
  void elsewhereALineEveryTenSecondsAndOneAnEpochMustDo() {
    Console console = console(false);
    console.stageStarted(new StageStart("train", 1, 1, 100, "test"));
    for (int step = 0; step < 30; step++) {
      pass(0.5);
      console.stepped(new Step(3, Double.NaN, Double.NaN));
    }
    console.epochEnded(
        new EpochResult("train", 1, 2, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 100, 15));
    console.stageEnded(StageResult.of("train", 1, 100, 75, 0.5));
    assertThat(shown())
        .isEqualTo(
            """
            train
              train 60 %  6.0 images/s  6.7 s left
              pass complete  loss 2.0000  6.7 images/s  15 s
              done in 1 min 15 s, 1.3 images/s, test accuracy 50.00 %
            """);
  }

  private static SearchStep searched(long done, int wave, int running, boolean phaseEnded) {
    return new SearchStep(
        "employed", 2, wave, 0.7125, done, 10, 110 - done, running, phaseEnded, "");
  }

  @Test
  void aSearchSaysWhereItIsAndWhatIsLeft() {
    Console console = console(false);
    console.stageStarted(new StageStart("search", 1, 1, 0, "held-out"));
    pass(20);
    console.searched(searched(30, 1, 2, false));
    pass(1);
    console.searched(searched(31, 1, 2, false));
    console.searched(searched(32, 0, 0, true));
    console.searched(
        new SearchStep("onlooker", 2, 0, 0.7, 33, 0, 77, 1, false, "evaluation 33 failed: NaN"));
    console.searched(new SearchStep("final", 0, 0, 0.7, 110, 0, 0, 0, true, ""));
    console.stageEnded(StageResult.of("search", 1, 4200, 42, Double.NaN));
    assertThat(shown())
        .isEqualTo(
            """
            search
              employed 2, wave 2  best 71.25 %  2 running  30 done  80 left, 1 min 20 s
              employed 2 complete  best 71.25 %  32 done  78 left  21 s
              evaluation 33 failed: NaN
              final complete  best 70.00 %  110 done  0 left  21 s
              done in 42 s, 100 images/s
            """);
  }

  @Test
  void aTerminalSeesASearchAsABar() {
    Console console = console(true);
    console.stageStarted(new StageStart("search", 1, 1, 0, "held-out"));
    pass(20);
    console.searched(searched(55, 0, 3, false));
    assertThat(shown())
        .endsWith(
            "  [============            ] employed 2  best 71.25 %  3 running  55 done  55 left, 24 s");
  }

  @Test
  void aTerminalIsLeftClean() {
    Console console = console(true);
    console.stageStarted(new StageStart("train", 3, 4, 100, "test"));
    pass(1);
    console.stepped(new Step(10, 1, Double.NaN));
    console.close();
    assertThat(shown()).startsWith("train (4 epochs), from epoch 3\n").endsWith("\r\u001b[K");
  }

  @Test
  void durationsReadNaturally() {
    assertThat(Texts.duration(0.04)).isEqualTo("0.0 s");
    assertThat(Texts.duration(59.9)).isEqualTo("60 s");
    assertThat(Texts.duration(61)).isEqualTo("1 min 01 s");
    assertThat(Texts.duration(7260)).isEqualTo("2 h 01 min");
  }

  @Test
  void aDownloadIsShownNowAndThen() {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    DownloadLine line = new DownloadLine(out, false, nanos::get);
    line.at("a.gz", 1, -1);
    pass(11);
    line.at("a.gz", 1_500_000, -1);
    pass(11);
    line.at("a.gz", 2_500_000, 3_000_000);
    line.close();
    assertThat(shown()).isEqualTo("  a.gz  1.5 MB\n  a.gz  2.5 of 3.0 MB\n");
  }
}
