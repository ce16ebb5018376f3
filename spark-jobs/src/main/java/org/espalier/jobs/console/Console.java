package org.espalier.jobs.console;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.ProgressListener;
import org.espalier.jobs.progress.SearchStep;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.progress.Step;

/**
 * Shows a job's progress: on a terminal as one line that is drawn anew, elsewhere as a plain line
 * now and then. Each epoch and each stage leaves a line in both.
 */
public final class Console implements ProgressListener, AutoCloseable {
  /** System property: {@code tty}, or {@code plain} as without it. */
  public static final String MODE_PROPERTY = "espalier.console";

  static final long TTY_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  static final long PLAIN_INTERVAL = TimeUnit.SECONDS.toNanos(10);
  static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private StageState state;
  private SearchState search;
  private long lastShown;
  private boolean drawn;

  Console(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /** Opens the process's console. */
  public static Console open() {
    return new Console(System.err, isTerminal(), System::nanoTime);
  }

  static boolean isTerminal() {
    return System.getProperty(MODE_PROPERTY, "plain").equals("tty");
  }

  @Override
  public synchronized void stageStarted(StageStart start) {
    long now = nanos.getAsLong();
    state = new StageState(start, now);
    search = new SearchState(now);
    lastShown = now;
    String epochs = start.epochs() > 1 ? " (" + start.epochs() + " epochs)" : "";
    String from = start.firstEpoch() > 1 ? ", from epoch " + start.firstEpoch() : "";
    line(start.stage() + epochs + from);
  }

  @Override
  public synchronized void stepped(Step step) {
    if (state == null) {
      return;
    }
    state.add(step);
    long now = nanos.getAsLong();
    if (isDue(now)) {
      show(terminal ? state.bar(now) : state.plain(now), now);
    }
  }

  @Override
  public synchronized void searched(SearchStep step) {
    if (state == null) {
      return;
    }
    long now = nanos.getAsLong();
    if (!step.failure().isEmpty()) {
      line("  " + step.failure());
      lastShown = now;
    } else if (step.phaseEnded()) {
      line(search.phaseLine(step, now));
      lastShown = now;
    } else if (isDue(now)) {
      show(terminal ? search.bar(step, now) : search.plain(step, now), now);
    }
  }

  private boolean isDue(long now) {
    return now - lastShown >= (terminal ? TTY_INTERVAL : PLAIN_INTERVAL);
  }

  private void show(String text, long now) {
    lastShown = now;
    if (terminal) {
      out.print(ERASE + text);
      out.flush();
      drawn = true;
    } else {
      line(text);
    }
  }

  @Override
  public synchronized void epochEnded(EpochResult result) {
    if (state != null) {
      line(state.epochLine(result));
      state.nextEpoch(result.epoch() + 1);
      lastShown = nanos.getAsLong();
    }
  }

  @Override
  public synchronized void stageEnded(StageResult result) {
    StringBuilder text = new StringBuilder("  done in ").append(Texts.duration(result.seconds()));
    if (!Double.isNaN(result.imagesPerSecond())) {
      text.append(", ").append(Texts.speed(result.imagesPerSecond()));
    }
    if (!Double.isNaN(result.top1())) {
      String measuredOn = state == null ? "test" : state.measuredOn();
      text.append(", ").append(measuredOn).append(" accuracy ");
      text.append(Texts.percent(result.top1()));
    }
    line(text.toString());
    state = null;
  }

  private void line(String text) {
    out.println((drawn ? ERASE : "") + text);
    drawn = false;
  }

  /** Leaves the line that is being drawn. */
  @Override
  public synchronized void close() {
    if (drawn) {
      out.print(ERASE);
      out.flush();
      drawn = false;
    }
  }
}
