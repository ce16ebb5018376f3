package org.espalier.jobs.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.jobs.output.EventLog;
import org.espalier.jobs.progress.ProgressListener;
import org.espalier.jobs.progress.SearchStep;
import org.espalier.search.Candidate;
import org.espalier.search.Evaluation;
import org.espalier.search.Origin;
import org.espalier.search.Progress;
import org.espalier.search.SearchListener;

/**
 * Follows a search: notes events, tells the progress, and keeps what the report needs of each
 * evaluation. Of what is known from an earlier run's journal it only keeps.
 */
public final class SearchLog implements SearchListener {
  private final EventLog events;
  private final ProgressListener listener;
  private final long begun = System.nanoTime();
  private final List<Judged> judged = new ArrayList<>();
  private final List<SearchSummary.Diversity> diversity = new ArrayList<>();
  private Judged last;
  private Progress state;
  private boolean phaseIsNew;
  private double searchSeconds;

  /** Begins; the clock runs from now. */
  public SearchLog(EventLog events, ProgressListener listener) {
    this.events = events;
    this.listener = listener;
  }

  @Override
  public void began(Candidate candidate, Origin origin, Progress progress) {
    listener.searched(
        step(
            origin.phase(),
            repetition(candidate.replicate(), origin.cycle()),
            origin.wave(),
            progress,
            /* phaseEnded= */ false,
            ""));
  }

  @Override
  public void ended(Evaluation evaluation, Progress progress) {
    Judged now = Judged.of(evaluation);
    if (last != null && !isSamePhase(last, now)) {
      phaseEnded();
    }
    boolean isNew = state == null || progress.tally().resumed() == state.tally().resumed();
    last = now;
    state = progress;
    judged.add(now);
    if (now.replicate() == 0) {
      searchSeconds = seconds();
      spread(progress);
    }
    if (isNew && progress.tally().resumed() < progress.tally().total()) {
      phaseIsNew = true;
      events.add("evaluation", now);
      listener.searched(
          step(
              now.phase(),
              repetition(now.replicate(), now.cycle()),
              now.wave(),
              progress,
              /* phaseEnded= */ false,
              failure(now)));
    }
  }

  /** Rounds of finalists are no repetitions: they run side by side. */
  private static int repetition(int replicate, int cycle) {
    return replicate != 0 ? 0 : cycle + 1;
  }

  private static boolean isSamePhase(Judged one, Judged other) {
    return one.phase().equals(other.phase())
        && (one.cycle() == other.cycle() || one.replicate() != 0);
  }

  private static String failure(Judged judged) {
    return judged.failure().isEmpty() || judged.how() != Evaluation.How.EVALUATED
        ? ""
        : "evaluation %d failed: %s".formatted(judged.index(), judged.failure());
  }

  private void spread(Progress progress) {
    boolean changed =
        diversity.isEmpty() || diversity.get(diversity.size() - 1).value() != progress.diversity();
    if (changed) {
      diversity.add(new SearchSummary.Diversity(progress.tally().total(), progress.diversity()));
    }
  }

  /** Notes that the search is over. */
  public void over() {
    if (last != null) {
      phaseEnded();
    }
  }

  private void phaseEnded() {
    if (!phaseIsNew) {
      return;
    }
    phaseIsNew = false;
    SearchStep step =
        step(
            last.phase(),
            repetition(last.replicate(), last.cycle()),
            last.wave(),
            state,
            /* phaseEnded= */ true,
            "");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("phase", last.phase());
    fields.put("cycle", last.cycle());
    fields.put("evaluations", step.done());
    fields.put("best", step.best());
    fields.put("diversity", state.diversity());
    fields.put("seconds", seconds());
    events.add("phase", fields);
    listener.searched(step);
  }

  private static SearchStep step(
      String phase, int cycle, int wave, Progress progress, boolean phaseEnded, String failure) {
    return new SearchStep(
        phase,
        cycle,
        wave,
        progress.best().map(Evaluation::value).orElse(Double.NaN),
        progress.tally().total(),
        progress.tally().resumed(),
        progress.left(),
        progress.running(),
        phaseEnded,
        failure);
  }

  private double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Returns how long the search took in this run, up to now, finalists aside, in seconds. */
  double searchSeconds() {
    return searchSeconds;
  }

  /** Returns all evaluations of the search in the sequential order, finalists last. */
  List<Judged> judged() {
    return judged.stream().sorted(Comparator.comparingLong(Judged::index)).toList();
  }

  /** Returns the diversity of the population over the search, where it changes. */
  List<SearchSummary.Diversity> diversity() {
    return List.copyOf(diversity);
  }
}
