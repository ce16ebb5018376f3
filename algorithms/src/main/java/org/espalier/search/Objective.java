package org.espalier.search;

/**
 * What a strategy compares candidates by.
 *
 * <p>Either the fitness alone, or the fitness against the cost. Of the latter there is no single
 * best, so each member of a population weighs the two in its own way: <em>fitness - weight * price
 * * cost / unit</em>, with weights from 0 to 1 spread over the members (the decomposition of Zhang
 * and Li, MOEA/D, IEEE Transactions on Evolutionary Computation 11(6), 2007). What no other
 * evaluation beats in both is kept aside, {@linkplain SearchResult#front the Pareto front}.
 *
 * @param price the fitness that the greatest weight gives up for one unit of cost, at least 0; 0
 *     for the fitness alone
 * @param unit the cost that is one unit, such as that of the whole network, above 0
 */
public record Objective(double price, double unit) {
  /** The fitness alone. */
  public static final Objective FITNESS = new Objective(0, 1);

  /** Checks the numbers. */
  public Objective {
    if (!(price >= 0 && Double.isFinite(price))) {
      throw new IllegalArgumentException(
          "Cannot make an objective: price must be at least 0 (" + price + ")");
    }
    if (!(unit > 0 && Double.isFinite(unit))) {
      throw new IllegalArgumentException(
          "Cannot make an objective: unit must be above 0 (" + unit + ")");
    }
  }

  /** Returns the objective of fitness against cost. */
  public static Objective pareto(double price, double unit) {
    return new Objective(price, unit);
  }

  /** Tells whether the cost counts. */
  public boolean weighsCost() {
    return price > 0;
  }

  /**
   * Returns what an evaluation is worth, minus infinity for a failure.
   *
   * @param weight how much the cost counts, in [0, 1]
   */
  public double value(Evaluation evaluation, double weight) {
    return weighsCost() && !evaluation.fitness().isFailed()
        ? evaluation.value() - weight * price * evaluation.cost() / unit
        : evaluation.value();
  }
}
