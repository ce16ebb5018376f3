package org.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.data.files.AtomicFiles;
import org.espalier.graph.Cost;
import org.espalier.graph.CostConvention;
import org.espalier.graph.Latency;
import org.espalier.inspect.Accuracy;
import org.espalier.inspect.AccuracyByLayer;
import org.espalier.inspect.ChannelMap;
import org.espalier.inspect.Comparison;
import org.espalier.inspect.Diff;
import org.espalier.inspect.Distribution;
import org.espalier.inspect.Dump;
import org.espalier.inspect.GraphPage;
import org.espalier.inspect.LayerSummary;
import org.espalier.inspect.Profile;
import org.espalier.inspect.Topology;
import org.espalier.jobs.config.DumpForm;
import org.espalier.jobs.config.InspectConfig;
import org.espalier.jobs.config.InspectJobConfig;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What an inspection finds out, and the files in which it is handed out. */
final class Findings {
  private final InspectJobConfig config;
  private final Subject subject;
  private final Subject other;
  private Accuracy accuracy = new Accuracy(0, Double.NaN, Double.NaN);
  private DataSet first;
  private Profile profile;
  private Comparison comparison;
  private AccuracyByLayer byLayer;
  private double oneThread = Double.NaN;
  private double allThreads = Double.NaN;

  /**
   * Begins without findings.
   *
   * @param other the network compared with, or null
   */
  Findings(InspectJobConfig config, Subject subject, Subject other) {
    this.config = config;
    this.subject = subject;
    this.other = other;
  }

  /** Notes latencies in milliseconds: on one thread, and on all. */
  void latency(double one, double all) {
    this.oneThread = one;
    this.allThreads = all;
  }

  /** Returns the network's accuracy; NaN where it was not run on images. */
  Accuracy accuracy() {
    return accuracy;
  }

  /**
   * Runs the network, and the other one beside it, on images.
   *
   * @throws JobFailedException when the networks do not take the same arrays
   */
  void profile(Images images, JobContext context) throws IOException {
    InspectConfig inspect = config.inspect();
    LocalBatches batches =
        new LocalBatches(
            images,
            images.evaluation(config.data()),
            config.evaluation().batch(),
            context.hadoop(),
            subject::layout);
    first = batches.iterator().next();
    int threads = Latency.allThreads();
    long count = images.set().size();
    say(context, "profiling on %,d images", count);
    accuracy = Accuracy.of(subject.graph(), batches, threads);
    profile = Profile.of(subject.graph(), batches);
    if (other == null) {
      return;
    }
    if (other.format() != subject.format()) {
      throw new JobFailedException(
          "Cannot compare the networks: one has the channels first, the other last");
    }
    say(context, "comparing with %s", inspect.against().orElseThrow());
    comparison = Comparison.of(subject.graph(), other.graph(), kept(context), batches);
    if (inspect.layerAccuracy()) {
      say(context, "measuring each layer's compression alone");
      byLayer = AccuracyByLayer.of(subject.graph(), other.graph(), batches, threads);
    }
  }

  private static void say(JobContext context, String format, Object... values) {
    context.out().println(String.format(Locale.ROOT, format, values));
  }

  /** Reads which channels are left from the report of the job that removed the others. */
  private ChannelMap kept(JobContext context) throws IOException {
    if (config.inspect().kept().isEmpty()) {
      return ChannelMap.none();
    }
    String file = config.inspect().kept().get();
    Map<String, int[]> kept = new HashMap<>();
    try {
      JsonNode report =
          new ObjectMapper().readTree(AtomicFiles.read(new Path(file), context.hadoop()));
      for (JsonNode layer : report.path("layers")) {
        int[] channels =
            StreamSupport.stream(layer.path("kept").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        if (channels.length > 0) {
          kept.put(layer.path("name").asText(), channels);
        }
      }
    } catch (JsonProcessingException e) {
      throw new JobFailedException(
          "Cannot read the channels left: " + file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    if (kept.isEmpty()) {
      throw new JobFailedException(
          "Cannot read the channels left: no layer in " + file + " says which it kept");
    }
    return ChannelMap.of(kept);
  }

  /** Writes the page and the dumps, and fills the report. */
  void write(JobContext context) throws IOException {
    Topology topology = subject.summary().topology();
    Set<DumpForm> dump = config.inspect().dump();
    if (dump.contains(DumpForm.TEXT)) {
      file(context, "dump.txt", Dump.text(topology));
    }
    if (dump.contains(DumpForm.DOT)) {
      file(context, "dump.dot", Dump.dot(topology));
    }
    if (dump.contains(DumpForm.JSON)) {
      file(context, "dump.json", Dump.json(topology));
    }
    if (dump.contains(DumpForm.NPY)) {
      Dump.weights(subject.graph(), context.path("weights"), context.hadoop());
      if (first != null) {
        long images = Math.min(config.inspect().dumpImages(), first.getFeatures().size(0));
        Dump.activations(
            subject.graph(),
            first.getFeatures().get(NDArrayIndex.interval(0, images)).dup('c'),
            context.path("activations"),
            context.hadoop());
      }
    }
    Diff diff = other == null ? null : Diff.of(other.graph(), subject.graph());
    if (diff != null) {
      file(context, "diff.txt", diff.text());
    }
    file(context, "inspect.html", page());
    context.report().section("inspect", section(diff));
    say(context, "graph: %s/inspect.html", config.output());
  }

  private static void file(JobContext context, String name, String text) throws IOException {
    AtomicFiles.write(context.path(name), context.hadoop(), text);
  }

  private String page() {
    Cost cost = subject.summary().cost();
    GraphPage page =
        GraphPage.of(title(), subject.summary())
            .fact("parameters", number("%,d", cost.parameters()))
            .fact("MACs", number("%,d", cost.macs()))
            .fact("activations", number("%,d bytes an image", cost.activationBytes()))
            .fact("file", number("%,d bytes", subject.fileBytes()));
    if (!Double.isNaN(oneThread)) {
      page.fact(
          "latency",
          number("%.2f ms on 1 thread, ", oneThread)
              + number("%.2f ms on ", allThreads)
              + Latency.allThreads());
    }
    if (profile != null) {
      page.profile(profile)
          .fact("images", number("%,d", profile.images()))
          .fact("top-1", number("%.2f %%", 100 * accuracy.top1()));
    }
    if (comparison != null) {
      page.comparison(comparison);
    }
    if (byLayer != null) {
      page.accuracy(byLayer)
          .fact("top-1 of the original", number("%.2f %%", 100 * byLayer.original()));
    }
    return page.html();
  }

  private String title() {
    return config.model().weights().map(file -> new Path(file).getName() + " · ").orElse("")
        + config.model().name();
  }

  private static String number(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  private Map<String, Object> section(Diff diff) {
    Cost cost = subject.summary().cost();
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("input", subject.shape().toString());
    section.put("activationBytes", cost.activationBytes());
    section.put("peakActivationBytes", cost.peakActivationBytes());
    section.put("parameterBytes", cost.sizeBytes());
    Map<String, Object> latency = new LinkedHashMap<>();
    latency.put("oneThreadMillis", oneThread);
    latency.put("allThreadsMillis", allThreads);
    latency.put("allThreads", Latency.allThreads());
    section.put("latency", latency);
    section.put("conventions", conventions());
    if (other != null) {
      Map<String, Object> against = new LinkedHashMap<>();
      against.put("parameters", other.summary().cost().parameters());
      against.put("macs", other.summary().cost().macs());
      against.put("sizeBytes", other.fileBytes());
      against.put("top1", byLayer == null ? Double.NaN : byLayer.original());
      against.put("added", diff.added());
      against.put("removed", diff.removed());
      against.put("changed", diff.changed().stream().map(Diff.Change::name).toList());
      section.put("against", against);
    }
    List<Map<String, Object>> layers = new ArrayList<>();
    subject.summary().layers().forEach(layer -> layers.add(line(layer)));
    section.put("layers", layers);
    return section;
  }

  /** Counts by every convention, beside the original where there is one. */
  private Map<String, CostConvention.Count> conventions() {
    InputType type =
        InputType.convolutional(
            subject.shape().height(),
            subject.shape().width(),
            subject.shape().channels(),
            subject.format());
    Map<String, CostConvention.Count> counts = new LinkedHashMap<>();
    for (CostConvention convention : CostConvention.values()) {
      counts.put(
          convention.label(),
          convention.count(subject.graph(), other == null ? subject.graph() : other.graph(), type));
    }
    return counts;
  }

  private Map<String, Object> line(LayerSummary layer) {
    String name = layer.node().name();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", name);
    line.put("type", layer.node().type());
    line.put("shape", layer.node().shape());
    line.put("parameters", layer.parameters());
    line.put("macs", layer.macs());
    line.put("activationBytes", layer.activationBytes());
    line.put("sizeBytes", layer.sizeBytes());
    line.put("bits", layer.bits());
    line.put("sparsity", layer.sparsity());
    if (profile != null && profile.layers().containsKey(name)) {
      line.put("outputs", outputs(profile.layers().get(name)));
    }
    if (comparison != null && comparison.layers().containsKey(name)) {
      line.put("fidelity", comparison.layers().get(name));
    }
    if (byLayer != null && byLayer.layers().containsKey(name)) {
      line.put("alone", byLayer.layers().get(name));
    }
    return line;
  }

  private static Map<String, Object> outputs(Distribution distribution) {
    Map<String, Object> outputs = new LinkedHashMap<>();
    outputs.put("mean", distribution.mean());
    outputs.put("variance", distribution.variance());
    outputs.put("sparsity", distribution.sparsity());
    outputs.put("min", distribution.min());
    outputs.put("max", distribution.max());
    outputs.put("notFinite", distribution.notFinite());
    outputs.put("histogram", distribution.histogram());
    return outputs;
  }
}
