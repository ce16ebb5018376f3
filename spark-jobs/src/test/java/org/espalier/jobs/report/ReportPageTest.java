package org.espalier.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void thePageHoldsTheReport() throws IOException {
    Report report = Samples.scop();
    Matcher data = DATA.matcher(ReportPage.html(report));
    assertThat(data.find()).isTrue();
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(data.group(1))).isEqualTo(json.readTree(ReportFiles.json(report)));
  }

  @Test
  void thePageLoadsNothingFromOutside() {
    String page = ReportPage.html(Samples.scop());
    String markup =
        page.replaceAll("(?s)(<script[^>]*>).*?</script>", "$1")
            .replaceAll("(?s)<style>.*?</style>", "");
    assertThat(markup).doesNotContain("http", "src=", "href=", "{{", "@import", "url(");
    // Names of XML, and addresses in comments, are all that the chart library has of the kind.
    assertThat(Pattern.compile("https?://[^\"'\\s)]+").matcher(page).results())
        .extracting(MatchResult::group)
        .allMatch(
            address ->
                address.startsWith("http://www.w3.org/")
                    || address.startsWith("http://www.apache.org/licenses/")
                    || address.endsWith("/LICENSE.txt"));
    assertThat(page.contains("Licensed to the Apache Software Foundation")).isTrue();
    Matcher style = Pattern.compile("(?s)<style>(.*?)</style>").matcher(page);
    assertThat(style.find()).isTrue();
    assertThat(style.group(1)).doesNotContain("@import", "url(");
  }

  @Test
  void theBrowserDrawsEverySectionWithoutErrors() throws IOException, InterruptedException {
    String dom = dom(Samples.scop());
    assertThat(dom)
        .contains("scop · resnet20 · cifar10")
        .contains("86.11 %", "116,485", "was 269,722", "−56.8 %", "17.39 M")
        .contains("Accuracy and loss", "Channels by layer", "Control factors", "Stages", "Layers")
        .contains("layer3.2.conv2", "20,000 of 49,998", "a.bin: record 3 &lt;/script&gt;")
        .contains("scop.rate = ", "local[2]");
    assertThat(Pattern.compile("<svg ").matcher(dom).results().count()).isEqualTo(2 + 1 + 18);
    assertThat(dom).doesNotContain("undefined", "NaN");
  }

  @Test
  void theBrowserDrawsAReportWithoutChartsToo() throws IOException, InterruptedException {
    assertThat(dom(Samples.evaluation()))
        .contains("91.50 %", "269,722", "Configuration")
        .contains("Speed, medians of 2 rounds", "1,000.5", "stock", "35.93")
        .doesNotContain("<svg ", "Control factors", "Stages");
  }

  @Test
  void theBrowserDrawsScalingMeasuredAndModelled() throws IOException, InterruptedException {
    String dom = dom(Samples.scaling());
    assertThat(dom)
        .contains("Scaling, medians of 3 passes", "weak workload; top-1 after 4,096 images")
        .contains("570.0", "565.5", "573.0", "1.90", "3.21 %", "1,235 ms", "58.00 %")
        .contains("Larger clusters, modelled, not measured", "17,654", "58.8", "91.90 %")
        .contains("Network: 10 Gbit/s &amp; &lt;nothing else&gt;.")
        .doesNotContain("undefined", "NaN");
    assertThat(Pattern.compile("<svg ").matcher(dom).results().count()).isEqualTo(2);
  }

  @Test
  void theBrowserDrawsASearch() throws IOException, InterruptedException {
    String dom = dom(Samples.search());
    assertThat(dom)
        .contains("Search: bees, wave", "Best, on 1,000 held out", "61.23 %", "63.45 %", "22.30 M")
        .contains("Known from an equal code", "Of what dependencies allow", "96.83 %", "1 min 54 s")
        .contains("Fitness over evaluations", "Pareto front", "Diversity of the population")
        .contains("layer2.0.conv1", "Tasks on executors over time", "Finalists, evaluated again")
        .contains("7 5 9", "0.87 %", "out of memory (Java heap space) &lt;b&gt;")
        .doesNotContain("undefined", "NaN");
    assertThat(Pattern.compile("<svg ").matcher(dom).results().count()).isEqualTo(5);
  }

  @Test
  void theBrowserDrawsAQuantisation() throws IOException, InterruptedException {
    String dom = dom(Samples.quantization());
    assertThat(dom)
        .contains("Quantisation", "Ptq(&lt;4 bits&gt;)", "91.25 %", "89.75 %", "1.0 KiB")
        .contains("was 4.0 KiB as float32", "in dB, on 512 images", "44.3 dB", "17.8 dB", "-0.50 %")
        .contains("Weights, before and after", "What layers read, before and after")
        .contains("conv1, 8 bits", "conv2, 4 bits", "conv2, not rounded", "Layers of integers")
        .doesNotContain("undefined", "NaN", "Rounded, before training");
    assertThat(Pattern.compile("<svg ").matcher(dom).results().count()).isEqualTo(1 + 4);
  }

  /** Returns the page's elements after its scripts ran in headless Chromium. */
  private String dom(Report report) throws IOException, InterruptedException {
    Optional<File> browser = chromium();
    assumeTrue(browser.isPresent(), "chromium is not installed");
    Path page = folder.resolve("report.html");
    Files.writeString(page, ReportPage.html(report));
    Path out = folder.resolve("dom.html");
    Process process =
        new ProcessBuilder(
                browser.get().getPath(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + Files.createDirectories(folder.resolve("browser")),
                "--window-size=1200,2400",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("browser.log").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    // What the scripts drew, without the scripts themselves.
    return Files.readString(out).replaceAll("(?s)<script.*?</script>", "");
  }

  private static Optional<File> chromium() {
    List<String> names = List.of("chromium", "chromium-browser", "google-chrome");
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> names.stream().map(name -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }
}
