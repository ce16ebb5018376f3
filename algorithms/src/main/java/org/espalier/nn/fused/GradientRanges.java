package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * After which phase of a program which numbers of the gradient view are done; those that no phase
 * writes, as of layers that do not learn, are after the first.
 */
final class GradientRanges {
  /** Numbers from one position up to another, after a phase. */
  private record Range(long from, long to, int phase) {}

  private final List<List<Range>> byPhase = new ArrayList<>();

  /** Finds the ranges that phases write in a view of so many numbers at an address. */
  GradientRanges(List<Phase> phases, long address, long length) {
    List<Range> written = new ArrayList<>();
    for (int phase = 0; phase < phases.size(); phase++) {
      byPhase.add(new ArrayList<>());
      for (Phase.Gradient gradient : phases.get(phase).gradients()) {
        long from = (gradient.address() - address) / Float.BYTES;
        written.add(new Range(from, from + gradient.numbers(), phase));
      }
    }
    written.sort(Comparator.comparingLong(Range::from));
    long end = 0;
    for (Range range : written) {
      addUnwritten(end, range.from());
      byPhase.get(range.phase()).add(range);
      end = range.to();
    }
    addUnwritten(end, length);
  }

  private void addUnwritten(long from, long to) {
    if (from < to) {
      byPhase.get(0).add(new Range(from, to, 0));
    }
  }

  /** Says what is done after a phase. */
  void tell(GradientProgress progress, int phase) {
    for (Range range : byPhase.get(phase)) {
      progress.done(range.from(), range.to());
    }
  }
}
