package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Objective;

/** A colony's sources, and the rules by which they change. */
final class Sources {
  private final List<Source> sources;
  private final Objective objective;

  Sources(int count, Objective objective) {
    this.sources = new ArrayList<>(Collections.nCopies(count, null));
    this.objective = objective;
  }

  /** Returns a source; all are known once the first have been evaluated. */
  Source at(int source) {
    return sources.get(source);
  }

  Code code(int source) {
    return at(source).evaluation().code();
  }

  void set(int source, Source value) {
    sources.set(source, value);
  }

  /** Returns what becomes of a source when a candidate for it has been evaluated. */
  Source after(Task task, Source before, Evaluation evaluation) {
    if (task instanceof Task.Discovery) {
      return Source.of(evaluation);
    }
    return isBetter(task.source(), evaluation, before.evaluation())
        ? Source.of(evaluation)
        : before.failed(1);
  }

  /** Returns what becomes of a source when candidates for it were made at once from it. */
  Source afterAll(int source, List<Evaluation> candidates) {
    Source before = at(source);
    Evaluation best = candidates.get(0);
    for (Evaluation candidate : candidates) {
      best = isBetter(source, candidate, best) ? candidate : best;
    }
    return isBetter(source, best, before.evaluation())
        ? Source.of(best)
        : before.failed(candidates.size());
  }

  private boolean isBetter(int source, Evaluation one, Evaluation other) {
    double weight = source / (sources.size() - 1.0);
    return objective.value(one, weight) > objective.value(other, weight);
  }

  /** Returns with what probability onlookers visit each source. */
  double[] probabilities() {
    double[] probabilities = new double[sources.size()];
    if (objective.weighsCost()) {
      Arrays.fill(probabilities, 1);
      return probabilities;
    }
    double most = sources.stream().mapToDouble(each -> each.evaluation().value()).max().orElse(0);
    for (int i = 0; i < probabilities.length; i++) {
      double fitness = Math.max(0, at(i).evaluation().value());
      probabilities[i] = most > 0 ? 0.9 * fitness / most + 0.1 : 0.1;
    }
    return probabilities;
  }

  int[] trials() {
    return sources.stream().mapToInt(Source::trials).toArray();
  }

  /** Returns the sources that are known. */
  List<Evaluation> evaluations() {
    return sources.stream().filter(Objects::nonNull).map(Source::evaluation).toList();
  }

  /** Returns the fittest source; the first of equals. */
  Optional<Evaluation> fittest() {
    return evaluations().stream()
        .min(Comparator.comparingDouble(Evaluation::value).reversed()); // the first of equals
  }
}
