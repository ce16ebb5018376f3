package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class GraphPageTest {
  private static final String CONV = "g[data-name=\"layer2.0.conv1\"]";

  @TempDir Path folder;

  /** A slim network beside its original, with all that the page can show. */
  private static String page() {
    ComputationGraph original = Subjects.resNet20();
    int[] first = {0, 3, 7};
    ComputationGraph slim = Subjects.slim(original, first, new int[] {1, 2});
    List<DataSet> batches = Subjects.labelledBy(original, Subjects.batches(1, 2));
    return GraphPage.of("slim </script> & <b>", Summary.of(slim, Subjects.CIFAR))
        .fact("parameters", "some")
        .profile(Profile.of(slim, batches))
        .comparison(
            Comparison.of(slim, original, ChannelMap.of(Map.of("layer1.0.conv1", first)), batches))
        .accuracy(AccuracyByLayer.of(slim, original, batches, 1))
        .html();
  }

  @Test
  void thePageLoadsNothingFromOutside() {
    String page = page();
    assertThat(page).doesNotContain("src=", "href=", "{{", "@import", "url(h", "<b>");
    assertThat(Pattern.compile("https?://[^\"'\\s)]+").matcher(page).results())
        .extracting(MatchResult::group)
        .containsOnly("http://www.w3.org/2000/svg");
  }

  @Test
  void clicksChooseColumnsAndNodes() throws Exception {
    Optional<File> program = Browser.program();
    assumeTrue(program.isPresent(), "chromium is not installed");
    Path file = Files.writeString(folder.resolve("inspect.html"), page());
    try (Browser browser = Browser.open(program.get(), folder, file.toUri())) {
      drawsEveryNode(browser);
      colours(browser);
      showsDetails(browser);
      zoomsAndMoves(browser);
      finds(browser);
    }
  }

  private static void drawsEveryNode(Browser browser) throws Exception {
    int vertices = Subjects.resNet20().getVertices().length + 1;
    assertThat(browser.evaluate("document.querySelectorAll('.node').length").asInt())
        .isEqualTo(vertices);
    assertThat(browser.evaluate("document.getElementById('title').textContent").asText())
        .isEqualTo("slim </script> & <b>");
    assertThat(browser.evaluate("document.getElementById('column').value").asText())
        .isEqualTo("macs");
    assertThat(value(browser)).isEqualTo("1.18 M · 16×16×32");
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.node')].every(n => { const b ="
                        + " n.getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth"
                        + " && b.top >= 0 && b.bottom <= innerHeight; })")
                .asBoolean())
        .as("the whole network is in sight")
        .isTrue();
  }

  private static String value(Browser browser) throws Exception {
    return browser.evaluate("document.querySelector('" + CONV + " .value').textContent").asText();
  }

  /** Goes down the list by keys, as a headless browser draws no list to click into. */
  private static void colours(Browser browser) throws Exception {
    String tint = "document.querySelector('" + CONV + " .tint').style.fillOpacity";
    double before = browser.evaluate(tint).asDouble();
    browser.evaluate("document.getElementById('column').focus()");
    browser.key("ArrowDown", 40);
    browser.waitFor("document.getElementById('column').value === 'parameters'");
    assertThat(value(browser)).isEqualTo("4,608 · 16×16×32");
    assertThat(browser.evaluate(tint).asDouble()).isNotEqualTo(before);
    assertThat(browser.evaluate("document.getElementById('most').textContent").asText())
        .isEqualTo("36.9 k");
  }

  private static void showsDetails(Browser browser) throws Exception {
    assertThat(browser.evaluate("document.getElementById('details').hidden").asBoolean()).isTrue();
    browser.click(CONV);
    browser.waitFor("!document.getElementById('details').hidden");
    assertThat(browser.evaluate("document.getElementById('details').innerText").asText())
        .contains("layer2.0.conv1", "Convolution", "16 × 16 × 32")
        .contains("MACs", "1,179,648", "parameters", "4,608", "signal to noise", "cosine")
        .contains("accuracy lost by it alone", "0.00 points", "Distribution of outputs")
        .contains("Reads", "layer1.2.add", "Read by", "layer2.0.bn1")
        .contains("kernelSize", "[3, 3]");
    assertThat(browser.evaluate("document.querySelectorAll('.bars rect').length").asInt())
        .isGreaterThan(10);
    assertThat(browser.evaluate("document.querySelectorAll('.edge.near').length").asInt())
        .isEqualTo(2);
    browser.click("aside .close");
    browser.waitFor("document.getElementById('details').hidden");
    browser.click("g[data-name=\"layer1.0.conv1\"]");
    browser.waitFor("!document.getElementById('details').hidden");
    assertThat(browser.evaluate("document.getElementById('details').innerText").asText())
        .contains("Compared with the original's 3 channels left")
        .contains("Its accuracy alone is not known: W has shape [3, 16, 3, 3] here");
    browser.click("aside .link");
    browser.waitFor("document.querySelector('aside h2').textContent === 'bn1'");
    browser.click("aside .close");
  }

  private static void zoomsAndMoves(Browser browser) throws Exception {
    String place = "document.getElementById('stage').getAttribute('transform')";
    browser.click("#fit");
    String whole = browser.evaluate(place).asText();
    browser.click("#in");
    String nearer = browser.evaluate(place).asText();
    assertThat(nearer).isNotEqualTo(whole);
    browser.drag(CONV, 60, 40);
    assertThat(browser.evaluate(place).asText()).isNotEqualTo(nearer);
    assertThat(browser.evaluate("document.getElementById('details').hidden").asBoolean())
        .as("moving the graph chooses nothing")
        .isTrue();
    browser.click("#fit");
    assertThat(browser.evaluate(place).asText()).isEqualTo(whole);
  }

  private static void finds(Browser browser) throws Exception {
    browser.click("#search");
    browser.type("layer3.2");
    browser.waitFor("document.querySelectorAll('.node:not(.faint)').length === 5");
    browser.key("Enter", 13);
    browser.waitFor("document.querySelector('aside h2').textContent === 'layer3.2.conv1'");
  }
}
