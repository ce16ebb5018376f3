package org.espalier.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.jobs.output.JsonFormat;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.ProgressListener;
import org.espalier.jobs.progress.StageResult;

/**
 * Collects a report while a job runs.
 *
 * <p>Stages and curves come by themselves, from the job's progress; the job gives the rest. What is
 * given twice under the same name (a stage, an epoch, a layer) replaces the first: a run that
 * resumes {@linkplain #restore restores} what earlier ones did and goes on.
 */
public final class ReportBuilder implements ProgressListener {
  private static final ObjectMapper JSON = JsonFormat.lines();

  private final Map<String, StageResult> stages = new LinkedHashMap<>();
  private final Map<String, EpochResult> history = new LinkedHashMap<>();
  private final Map<String, LayerChange> layers = new LinkedHashMap<>();
  private final Map<String, ControlFactors> controlFactors = new LinkedHashMap<>();
  private final Map<String, Object> more = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private DataSummary data;
  private Measurement before;
  private Measurement after;

  /** Sets the images worked with. */
  public ReportBuilder data(DataSummary summary) {
    this.data = summary;
    return this;
  }

  /** Sets the network before. */
  public ReportBuilder before(Measurement measurement) {
    this.before = measurement;
    return this;
  }

  /** Sets the network after. */
  public ReportBuilder after(Measurement measurement) {
    this.after = measurement;
    return this;
  }

  /** Adds what changed in a layer. */
  public ReportBuilder layer(LayerChange change) {
    layers.put(change.name(), change);
    return this;
  }

  /** Adds the distribution of a layer's control factors. */
  public ReportBuilder controlFactors(ControlFactors factors) {
    controlFactors.put(factors.layer(), factors);
    return this;
  }

  /** Adds a sentence that a reader of the numbers has to know. */
  public ReportBuilder note(String sentence) {
    if (!notes.contains(sentence)) {
      notes.add(sentence);
    }
    return this;
  }

  /**
   * Adds a section of a particular verb, a record or a map.
   *
   * @param name the section's name at the top level of the report
   */
  public ReportBuilder section(String name, Object content) {
    more.put(name, JSON.convertValue(content, Object.class));
    return this;
  }

  @Override
  public void epochEnded(EpochResult result) {
    history.put(result.stage() + "\n" + result.epoch(), result);
  }

  @Override
  public void stageEnded(StageResult result) {
    stages.put(result.name(), result);
  }

  /** Takes up the stages and epochs that earlier runs of the same job noted in the event log. */
  public void restore(List<JsonNode> events) {
    for (JsonNode event : events) {
      switch (event.path("event").asText()) {
        case Events.EPOCH -> epochEnded(Events.read(event, EpochResult.class));
        case Events.STAGE_ENDED -> stageEnded(Events.read(event, StageResult.class));
        default -> {
          // Other events leave no trace in the report.
        }
      }
    }
  }

  /** Returns whether a stage is complete. */
  public boolean hasStage(String stage) {
    return stages.containsKey(stage);
  }

  /** Returns what came of a stage's epochs so far. */
  public List<EpochResult> history(String stage) {
    return history.values().stream().filter(epoch -> epoch.stage().equals(stage)).toList();
  }

  /** Returns the network before, or null. */
  public Measurement before() {
    return before;
  }

  /** Returns the network after, or null. */
  public Measurement after() {
    return after;
  }

  /** Returns what was collected, with what holds for the whole run. */
  public Report build(Run run) {
    return new Report(
        run.job(),
        run.espalierVersion(),
        run.config(),
        run.fingerprint(),
        run.seed(),
        run.started().toString(),
        data,
        before,
        after,
        List.copyOf(stages.values()),
        List.copyOf(layers.values()),
        List.copyOf(history.values()),
        List.copyOf(controlFactors.values()),
        List.copyOf(notes),
        run.spark(),
        run.wallSeconds(),
        Map.copyOf(more));
  }
}
