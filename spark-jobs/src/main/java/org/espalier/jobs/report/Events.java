package org.espalier.jobs.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.espalier.jobs.output.EventLog;
import org.espalier.jobs.output.JsonFormat;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.ProgressListener;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;

/** Notes a job's progress in the event log, from which {@link ReportBuilder#restore} reads it. */
public final class Events implements ProgressListener {
  /** The name of the event of an epoch's end. */
  public static final String EPOCH = "epoch";

  /** The name of the event of a stage's beginning. */
  public static final String STAGE_STARTED = "stage-started";

  /** The name of the event of a stage's end. */
  public static final String STAGE_ENDED = "stage-ended";

  private static final ObjectMapper JSON =
      JsonFormat.lines().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final EventLog log;

  /** Makes a listener that writes to a log. */
  public Events(EventLog log) {
    this.log = log;
  }

  static <T> T read(JsonNode event, Class<T> type) {
    return JSON.convertValue(event, type);
  }

  @Override
  public void stageStarted(StageStart start) {
    log.add(STAGE_STARTED, start);
  }

  @Override
  public void epochEnded(EpochResult result) {
    log.add(EPOCH, result);
  }

  @Override
  public void stageEnded(StageResult result) {
    log.add(STAGE_ENDED, result);
  }
}
