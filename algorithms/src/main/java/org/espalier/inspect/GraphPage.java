package org.espalier.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A network drawn as one HTML file that needs nothing else: its graph, to be zoomed and moved, with
 * a number of choice on each node and as its colour, and all that is known of a node that is
 * clicked.
 *
 * <p>Style, script and data are inside the file. It has what it was given before {@link #html}.
 */
public final class GraphPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String title;
  private final Summary summary;
  private final ArrayNode facts = JSON.createArrayNode();
  private final ArrayNode columns = JSON.createArrayNode();
  private final Map<String, ObjectNode> nodes = new LinkedHashMap<>();

  /** How the page writes a column's numbers. */
  private enum Format {
    COUNT,
    BYTES,
    WHOLE,
    SHARE,
    NUMBER,
    DECIBEL,
    POINTS
  }

  private GraphPage(String title, Summary summary) {
    this.title = title;
    this.summary = summary;
    GraphLayout layout = GraphLayout.of(summary.topology());
    for (LayerSummary layer : summary.layers()) {
      nodes.put(layer.node().name(), node(layer, layout.boxes().get(layer.node().name())));
    }
    column("macs", "MACs", Format.COUNT);
    column("parameters", "parameters", Format.COUNT);
    column("activationBytes", "activations", Format.BYTES);
    column("sizeBytes", "size of parameters", Format.BYTES);
    column("bits", "bits of a weight", Format.WHOLE);
    column("sparsity", "zero weights", Format.SHARE);
  }

  /**
   * Starts a page.
   *
   * @param title the page's heading
   * @param summary the network
   */
  public static GraphPage of(String title, Summary summary) {
    return new GraphPage(title, summary);
  }

  /** Adds a fact about the whole network to the head of the page. */
  public GraphPage fact(String name, String value) {
    facts.addObject().put("name", name).put("value", value);
    return this;
  }

  /** Adds the distributions of the nodes' outputs. */
  public GraphPage profile(Profile profile) {
    column("mean", "mean output", Format.NUMBER);
    column("variance", "variance of output", Format.NUMBER);
    column("zeros", "zero outputs", Format.SHARE);
    column("min", "least output", Format.NUMBER);
    column("max", "greatest output", Format.NUMBER);
    put(profile.layers(), "mean", Distribution::mean);
    put(profile.layers(), "variance", Distribution::variance);
    put(profile.layers(), "zeros", Distribution::sparsity);
    put(profile.layers(), "min", Distribution::min);
    put(profile.layers(), "max", Distribution::max);
    profile
        .layers()
        .forEach(
            (name, layer) -> {
              Distribution.Bins bins = layer.histogram();
              ObjectNode histogram = nodes.get(name).putObject("histogram");
              histogram.put("from", bins.from()).put("width", bins.width());
              ArrayNode counts = histogram.putArray("counts");
              bins.counts().forEach(counts::add);
              if (layer.notFinite() > 0) {
                note(name, layer.notFinite() + " outputs are infinite or not a number");
              }
            });
    return this;
  }

  /** Adds how close the nodes' outputs are to those of the original network. */
  public GraphPage comparison(Comparison comparison) {
    column("signalToNoise", "signal to noise", Format.DECIBEL);
    column("cosine", "cosine similarity", Format.NUMBER);
    put(comparison.layers(), "signalToNoise", Fidelity::signalToNoise);
    put(comparison.layers(), "cosine", Fidelity::cosine);
    comparison
        .layers()
        .forEach(
            (name, layer) -> {
              if (!layer.reason().isEmpty()) {
                note(name, "Not comparable with the original: " + layer.reason());
              } else if (layer.channels() > 0) {
                note(name, "Compared with the original's " + layer.channels() + " channels left");
              } else if (layer.signalToNoise() == Double.POSITIVE_INFINITY) {
                note(name, "Puts out exactly what the original does");
              }
            });
    return this;
  }

  /** Adds what each layer's compression alone costs in accuracy. */
  public GraphPage accuracy(AccuracyByLayer accuracy) {
    column("loss", "accuracy lost by it alone", Format.POINTS);
    put(accuracy.layers(), "loss", LayerLoss::loss);
    accuracy
        .layers()
        .forEach(
            (name, layer) -> {
              if (!layer.reason().isEmpty()) {
                note(name, "Its accuracy alone is not known: " + layer.reason());
              }
            });
    return this;
  }

  private void column(String key, String label, Format format) {
    columns
        .addObject()
        .put("key", key)
        .put("label", label)
        .put("format", format.name().toLowerCase(Locale.ROOT));
  }

  private <T> void put(Map<String, T> layers, String key, ToDoubleFunction<T> value) {
    layers.forEach((name, layer) -> put(nodes.get(name), key, value.applyAsDouble(layer)));
  }

  /** Puts a number that is known; others are left out. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      ((ObjectNode) node.get("values")).put(key, value);
    }
  }

  private void note(String name, String sentence) {
    ((ArrayNode) nodes.get(name).get("notes")).add(sentence);
  }

  private static ObjectNode node(LayerSummary layer, GraphLayout.Point place) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", layer.node().name());
    node.put("type", layer.node().type());
    node.put("shape", layer.node().shapeText());
    node.put("x", place.x()).put("y", place.y());
    node.putPOJO("inputs", layer.node().inputs());
    node.putPOJO("attributes", layer.node().attributes());
    node.putObject("values");
    node.putArray("notes");
    if (!layer.node().type().equals(Node.INPUT)) {
      put(node, "macs", (double) layer.macs());
      put(node, "parameters", (double) layer.parameters());
      put(node, "activationBytes", (double) layer.activationBytes());
      put(node, "sizeBytes", (double) layer.sizeBytes());
      put(node, "bits", layer.bits() == 0 ? Double.NaN : layer.bits());
      put(node, "sparsity", layer.sparsity());
    }
    return node;
  }

  /** Returns the page. */
  public String html() {
    return resource("page.html")
        .replace("{{title}}", escape(title))
        .replace("{{style}}", resource("page.css"))
        .replace("{{script}}", resource("page.js"))
        .replace("{{data}}", data().replace("<", "\\u003c"));
  }

  private String data() {
    GraphLayout layout = GraphLayout.of(summary.topology());
    ObjectNode data = JSON.createObjectNode();
    data.put("title", title);
    data.put("width", layout.width()).put("height", layout.height());
    data.put("boxWidth", GraphLayout.BOX_WIDTH).put("boxHeight", GraphLayout.BOX_HEIGHT);
    data.set("facts", facts);
    data.set("columns", columns);
    nodes.values().forEach(data.putArray("nodes")::add);
    data.putPOJO("edges", layout.edges());
    data.putPOJO("outputs", summary.topology().outputs());
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot draw the network: not representable as JSON (" + e.getOriginalMessage() + ")", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = GraphPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Cannot draw the network: not on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
