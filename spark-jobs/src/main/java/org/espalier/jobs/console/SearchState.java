package org.espalier.jobs.console;

import org.espalier.jobs.progress.SearchStep;

/** How a search's progress reads. */
final class SearchState {
  private final long startNanos;

  SearchState(long startNanos) {
    this.startNanos = startNanos;
  }

  /** Returns the line for a terminal. */
  String bar(SearchStep step, long now) {
    long all = step.done() + step.left();
    double share = all == 0 ? 1 : step.done() / (double) all;
    return "  " + StageState.bar(share) + " " + place(step) + facts(step, now);
  }

  /** Returns the line for a log. */
  String plain(SearchStep step, long now) {
    return "  " + place(step) + facts(step, now);
  }

  /** Returns the line that a complete phase leaves. */
  String phaseLine(SearchStep step, long now) {
    return "  "
        + phase(step)
        + " complete"
        + best(step)
        + "  "
        + Texts.count(step.done())
        + " done  "
        + Texts.count(step.left())
        + " left  "
        + Texts.duration((now - startNanos) / 1e9);
  }

  private static String phase(SearchStep step) {
    return step.phase() + (step.cycle() > 0 ? " " + step.cycle() : "");
  }

  private static String place(SearchStep step) {
    return phase(step) + (step.wave() > 0 ? ", wave " + (step.wave() + 1) : "");
  }

  private String facts(SearchStep step, long now) {
    long here = step.done() - step.resumed();
    double seconds = (now - startNanos) / 1e9;
    return best(step)
        + "  "
        + step.running()
        + " running  "
        + Texts.count(step.done())
        + " done  "
        + Texts.count(step.left())
        + " left"
        + (here > 0 ? ", " + Texts.duration(seconds / here * step.left()) : "");
  }

  private static String best(SearchStep step) {
    return Double.isNaN(step.best()) ? "" : "  best " + Texts.percent(step.best());
  }
}
