package org.espalier.search.colony;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.espalier.search.Code;

/** Draws that a test lays down. */
final class FixedDraws implements Draws {
  private final List<Code> initial;
  private final Deque<Move> employed = new ArrayDeque<>();
  private final Deque<Move> onlookers = new ArrayDeque<>();
  private final Deque<Code> scouts = new ArrayDeque<>();
  final List<double[]> probabilities = new ArrayList<>();

  FixedDraws(int[]... initial) {
    this.initial = List.of(initial).stream().map(Code::of).toList();
  }

  FixedDraws employed(int source, int partner, int position, double factor) {
    employed.add(new Move(source, partner, new int[] {position}, new double[] {factor}));
    return this;
  }

  FixedDraws onlooker(int source, int partner, int position, double factor) {
    onlookers.add(new Move(source, partner, new int[] {position}, new double[] {factor}));
    return this;
  }

  FixedDraws scouted(int... code) {
    scouts.add(Code.of(code));
    return this;
  }

  @Override
  public Code initial(int source) {
    return initial.get(source);
  }

  @Override
  public Move employed(int cycle, int source) {
    return employed.remove();
  }

  @Override
  public List<Move> onlookers(int cycle, double[] given) {
    probabilities.add(given);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < given.length && !onlookers.isEmpty(); i++) {
      moves.add(onlookers.remove());
    }
    return moves;
  }

  @Override
  public Code scout(int cycle, int source) {
    return scouts.remove();
  }
}
