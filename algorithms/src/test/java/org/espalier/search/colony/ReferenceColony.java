package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.espalier.search.Code;
import org.espalier.search.Fitness;
import org.espalier.search.SearchSpace;

/** The colony as it is written down in papers: loops and arrays, one candidate after another. */
final class ReferenceColony {
  final List<String> results = new ArrayList<>();
  final Code[] codes;
  int scouts;

  private final BeeColony settings;
  private final SearchSpace space;
  private final Draws draws;
  private final Function<Code, Fitness> fitness;
  private final double[] values;
  private final int[] trials;

  ReferenceColony(
      BeeColony settings, SearchSpace space, Draws draws, Function<Code, Fitness> fitness) {
    this.settings = settings;
    this.space = space;
    this.draws = draws;
    this.fitness = fitness;
    this.codes = new Code[settings.sources()];
    this.values = new double[settings.sources()];
    this.trials = new int[settings.sources()];
  }

  void run() {
    for (int i = 0; i < codes.length; i++) {
      place(i, draws.initial(i));
    }
    for (int cycle = 0; cycle < settings.cycles(); cycle++) {
      for (int i = 0; i < codes.length; i++) {
        visit(draws.employed(cycle, i));
      }
      draws.onlookers(cycle, probabilities()).forEach(this::visit);
      for (int i : settings.scouts().abandoned(trials.clone(), settings.limit())) {
        scouts++;
        place(i, draws.scout(cycle, i));
      }
    }
  }

  private double[] probabilities() {
    double most = Arrays.stream(values).max().orElseThrow();
    return Arrays.stream(values)
        .map(value -> most > 0 ? 0.9 * Math.max(value, 0) / most + 0.1 : 0.1)
        .toArray();
  }

  private void place(int i, Code code) {
    codes[i] = code;
    values[i] = evaluate(code);
    trials[i] = 0;
  }

  private void visit(Move move) {
    int i = move.source();
    Code candidate = move.neighbour(codes[i], codes[move.partner()], settings.rounding(), space);
    double value = evaluate(candidate);
    if (value > values[i]) {
      codes[i] = candidate;
      values[i] = value;
      trials[i] = 0;
    } else {
      trials[i]++;
    }
  }

  private double evaluate(Code code) {
    Fitness found = fitness.apply(code);
    results.add(code + " " + found);
    return found.value();
  }
}
