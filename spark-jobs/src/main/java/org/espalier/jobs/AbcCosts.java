package org.espalier.jobs;

import java.util.Arrays;
import java.util.Optional;
import org.espalier.jobs.config.AbcConfig;
import org.espalier.jobs.config.Aim;
import org.espalier.jobs.config.ConstraintConfig;
import org.espalier.jobs.config.CostKind;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.search.Code;
import org.espalier.search.CostLimit;
import org.espalier.search.Objective;
import org.espalier.search.Strategy;
import org.espalier.search.structure.StructureCost;
import org.espalier.search.structure.Structures;

/**
 * What candidates of a search cost, and may.
 *
 * @param kind what costs are; never {@link CostKind#NONE}
 * @param full the whole network's
 */
record AbcCosts(AbcConfig config, Structures structures, CostKind kind, double full) {

  static AbcCosts of(AbcConfig config, Structures structures) {
    CostKind on = config.constraint().on();
    CostKind kind = on == CostKind.NONE ? CostKind.MACS : on;
    int[] whole = new int[structures.space().length()];
    Arrays.fill(whole, config.widths().steps());
    return new AbcCosts(config, structures, kind, value(kind, structures.cost(Code.of(whole))));
  }

  private static double value(CostKind kind, StructureCost cost) {
    return kind == CostKind.PARAMETERS ? cost.parameters() : cost.macs();
  }

  /** Returns a code's cost. */
  double of(Code code) {
    return value(kind, structures.cost(code));
  }

  /** Returns what costs are called. */
  String label() {
    return kind == CostKind.PARAMETERS ? "parameters" : "MACs";
  }

  /** Returns the most that a code may cost. */
  Optional<CostLimit> limit() {
    ConstraintConfig constraint = config.constraint();
    return constraint.on() == CostKind.NONE
        ? Optional.empty()
        : Optional.of(new CostLimit(Math.floor(constraint.share() * full), constraint.by()));
  }

  /** Returns who searches. */
  Strategy strategy() {
    double most = limit().map(CostLimit::most).orElse(Double.POSITIVE_INFINITY);
    return config.strategy(structures.space(), this::of, most);
  }

  /** Returns what candidates are compared by. */
  Objective objective() {
    return config.objective() == Aim.PARETO
        ? Objective.pareto(config.price(), full)
        : Objective.FITNESS;
  }

  /**
   * Checks that there is a code that may be.
   *
   * @throws InvalidConfigException where there is none
   */
  void check() {
    double least = of(structures.space().leastCode());
    if (limit().isPresent() && least > limit().get().most()) {
      throw new InvalidConfigException(
          String.format(
              "abc.constraint.share must be at least %s, what the least widths keep of the %s: %s",
              Math.ceil(1e4 * least / full) / 1e4, label(), config.constraint().share()));
    }
  }
}
