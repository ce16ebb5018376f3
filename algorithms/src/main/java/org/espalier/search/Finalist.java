package org.espalier.search;

import java.util.List;

/**
 * One of the best codes, looked at again.
 *
 * @param found the evaluation that made it a finalist
 * @param replicates the new evaluations, in the order of their replicates
 */
public record Finalist(Evaluation found, List<Evaluation> replicates) {
  /** Copies the list. */
  public Finalist {
    replicates = List.copyOf(replicates);
  }

  /** Returns the mean of the new fitnesses, minus infinity if one of them is a failure. */
  public double mean() {
    return replicates.stream().mapToDouble(Evaluation::value).average().orElseThrow();
  }

  /**
   * Returns the standard deviation of the new fitnesses; NaN for one, or where one is a failure.
   */
  public double deviation() {
    double mean = mean();
    double squares =
        replicates.stream().mapToDouble(each -> Math.pow(each.value() - mean, 2)).sum();
    return replicates.size() > 1 ? Math.sqrt(squares / (replicates.size() - 1)) : Double.NaN;
  }
}
