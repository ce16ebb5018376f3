package org.espalier.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.espalier.data.files.AtomicFiles;
import org.espalier.jobs.config.JobConfig;
import org.espalier.jobs.config.Settings;
import org.espalier.jobs.output.EventLog;
import org.espalier.jobs.progress.ProgressListener;
import org.espalier.jobs.report.Events;
import org.espalier.jobs.report.Report;
import org.espalier.jobs.report.ReportBuilder;
import org.espalier.jobs.report.ReportFiles;
import org.espalier.jobs.report.ReportPage;
import org.espalier.jobs.report.Run;
import org.espalier.jobs.report.SparkSummary;
import org.espalier.spark.resources.ClusterManager;
import org.espalier.spark.resources.GpuReporting;

/**
 * What a job works with: Spark, the output folder, and those who want to know how it goes on.
 *
 * <p>Spark starts when it is first asked for, so that a job can check its input before.
 */
public final class JobContext implements AutoCloseable {
  private static final String STARTED = "job-started";
  private static final String FINISHED = "job-finished";

  private final Settings settings;
  private final JobConfig config;
  private final Path output;
  private final EventLog events;
  private final ReportBuilder report = new ReportBuilder();
  private final ProgressListener progress;
  private final TaskRetries retries;
  private final PrintWriter out;
  private final Instant started;
  private final boolean resumed;
  private Sessions.Session session;
  private GpuReporting.Registration gpuUses;

  private JobContext(Settings settings, JobConfig config, ProgressListener console, PrintWriter out)
      throws IOException {
    this.settings = settings;
    this.config = config;
    this.out = out;
    this.started = Clock.systemUTC().instant();
    Configuration hadoop = settings.hadoop();
    Path folder = new Path(config.output());
    this.output = AtomicFiles.fileSystem(folder, hadoop).makeQualified(folder);
    this.events = openEvents(hadoop);
    List<JsonNode> earlier = events.events();
    this.resumed = !earlier.isEmpty();
    report.restore(earlier);
    this.progress = ProgressListener.all(List.of(console, new Events(events), report));
    this.retries = new TaskRetries(events);
    events.add(
        STARTED, new Started(settings.verb(), Version.espalier(), settings.fingerprint(), resumed));
  }

  /**
   * Opens the output folder and its event log.
   *
   * <p>Where the folder holds the log of a run with the same {@linkplain Settings#fingerprint
   * fingerprint} that did not end, this one takes it up: the log goes on and the report has the
   * earlier stages. Another log is kept under the name {@code events.previous.jsonl}.
   *
   * @param settings the effective configuration
   * @param config the same, checked
   * @param console who shows the progress
   * @param out where results are printed
   * @throws IOException when the folder cannot be written
   */
  static JobContext open(
      Settings settings, JobConfig config, ProgressListener console, PrintWriter out)
      throws IOException {
    return new JobContext(settings, config, console, out);
  }

  private EventLog openEvents(Configuration hadoop) throws IOException {
    Path file = path("events.jsonl");
    EventLog earlier = EventLog.open(file, hadoop, Clock.systemUTC());
    if (earlier.events().isEmpty() || isUnfinished(earlier.events())) {
      return earlier;
    }
    AtomicFiles.move(file, path("events.previous.jsonl"), hadoop);
    return EventLog.open(file, hadoop, Clock.systemUTC());
  }

  /** Whether the last run in the log was of this job and did not end well. */
  private boolean isUnfinished(List<JsonNode> earlier) {
    boolean unfinished = false;
    for (JsonNode event : earlier) {
      switch (event.path("event").asText()) {
        case STARTED ->
            unfinished = event.path("fingerprint").asText().equals(settings.fingerprint());
        case FINISHED -> unfinished = false;
        default -> {
          // Nothing else tells whether a run ended.
        }
      }
    }
    return unfinished;
  }

  /** Returns Spark's session, starting it when it is first asked for. */
  public synchronized SparkSession spark() {
    if (session == null) {
      session = Sessions.open(config.spark(), "espalier " + settings.verb());
      session.spark().sparkContext().addSparkListener(retries);
      gpuUses = GpuReporting.listen(use -> events.add("gpu", use));
    }
    return session.spark();
  }

  /** Returns whether tasks run on this machine, without starting Spark. */
  boolean isLocal() {
    return ClusterManager.of(Sessions.master(config.spark())).isHere();
  }

  /** Returns Spark's context for Java, starting Spark when it is first asked for. */
  public JavaSparkContext sparkContext() {
    return JavaSparkContext.fromSparkContext(spark().sparkContext());
  }

  /** Returns into how many parts the data are cut: as configured, or Spark's parallelism. */
  public int partitions() {
    return config.spark().partitions().isPresent()
        ? config.spark().partitions().getAsInt()
        : spark().sparkContext().defaultParallelism();
  }

  /** Returns how file systems are reached, without starting Spark. */
  public Configuration hadoop() {
    return settings.hadoop();
  }

  /** Returns the output folder, qualified. */
  public Path output() {
    return output;
  }

  /** Returns a file or folder in the output folder. */
  public Path path(String name) {
    return new Path(output, name);
  }

  /** Returns the digest of everything in the configuration that the result depends on. */
  public String fingerprint() {
    return settings.fingerprint();
  }

  /** Returns whether this run takes up an earlier one that did not end. */
  public boolean resumed() {
    return resumed;
  }

  /** Returns the event log; stages and epochs are noted by {@link #progress}. */
  public EventLog events() {
    return events;
  }

  /** Returns the report to be; stages and epochs are noted by {@link #progress}. */
  public ReportBuilder report() {
    return report;
  }

  /** Returns whom to tell how the job goes on: the console, the event log, the report. */
  public ProgressListener progress() {
    return progress;
  }

  /** Returns where results are printed that the summary at the end does not have. */
  public PrintWriter out() {
    return out;
  }

  /** Writes {@code report.json} and {@code report.html}, and notes the end of the job. */
  Report finish() throws IOException {
    double seconds = Duration.between(started, Clock.systemUTC().instant()).toMillis() / 1000.0;
    Report finished =
        report.build(
            new Run(
                settings.verb(),
                Version.espalier(),
                settings.asMap(),
                settings.fingerprint(),
                config.seed(),
                started,
                sparkSummary(),
                seconds));
    AtomicFiles.write(path("report.json"), hadoop(), ReportFiles.json(finished));
    AtomicFiles.write(path("report.html"), hadoop(), ReportPage.html(finished));
    events.add(FINISHED, Map.of("wallSeconds", seconds));
    return finished;
  }

  private SparkSummary sparkSummary() {
    if (session == null) {
      return null;
    }
    SparkContext spark = session.spark().sparkContext();
    // The driver is listed, too, and is the executor of a local master.
    int executors = Math.max(1, spark.statusTracker().getExecutorInfos().length - 1);
    return new SparkSummary(
        spark.master(),
        executors,
        retries.count(sparkContext()),
        spark.defaultParallelism(),
        spark.version());
  }

  /** Stops Spark, where this job started it. */
  @Override
  public synchronized void close() {
    if (session != null) {
      session.close();
      gpuUses.close();
      session = null;
    }
  }

  private record Started(String job, String espalierVersion, String fingerprint, boolean resumed) {}
}
