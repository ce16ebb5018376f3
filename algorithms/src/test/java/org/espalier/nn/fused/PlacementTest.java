package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Size SMALL = new Size(1, 1, 16);
  private static final Size LARGE = new Size(2, 2, 16);

  @Test
  void aKeptValueIsMadeWhereAnotherOneWasReadForTheLastTime() {
    Trace trace = new Trace(Element.F32);
    Value first = new Value(SMALL, Element.F32, 0);
    Value between = new Value(SMALL, Element.F32, 1);
    Value second = new Value(SMALL, Element.F32, 1);
    act(trace, 0, List.of(), first, List.of());
    act(trace, 1, List.of(first), between, List.of(first));
    act(trace, 1, List.of(between), second, List.of());
    act(trace, 2, List.of(second), new Value(SMALL, Element.F32, 2), List.of());
    Placement placement = new Placement(trace.complete());
    assertThat(placement.wholeBytes()).isEqualTo(first.room());
    assertThat(placement.scratchBytes(1)).isEqualTo(between.room());
  }

  @Test
  void whatIsReadAgainIsNotWrittenOver() {
    Trace trace = new Trace(Element.F32);
    Value first = new Value(SMALL, Element.F32, 0);
    Value second = new Value(SMALL, Element.F32, 1);
    act(trace, 0, List.of(), first, List.of());
    act(trace, 1, List.of(first), second, List.of());
    act(trace, 2, List.of(second), new Value(SMALL, Element.F32, 2), List.of());
    assertThat(new Placement(trace.complete()).wholeBytes())
        .as("the action reads and writes at the same time, in an order of its own")
        .isEqualTo(2 * first.room());
  }

  /** Runs a random program on tags instead of numbers: who reads a value finds its tag. */
  @Property(tries = 300, seed = "1")
  void whatIsReadIsWhatWasWritten(
      @ForAll @IntRange(min = 1, max = 6) int phases, @ForAll @IntRange int seed) {
    Random random = new Random(seed);
    Trace trace = new Trace(Element.F32);
    List<Value> values = new ArrayList<>();
    for (int phase = 0; phase < phases; phase++) {
      for (int i = random.nextInt(6); i >= 0; i--) {
        List<Value> reads = new ArrayList<>();
        List<Value> over = new ArrayList<>();
        for (Value value : values) {
          boolean young = value.born() == phase || random.nextInt(3) == 0;
          if (young && random.nextInt(4) == 0) {
            reads.add(value);
            if (random.nextBoolean()) {
              over.add(value);
            }
          }
        }
        Value made = new Value(random.nextInt(3) > 0 ? SMALL : LARGE, Element.F32, phase);
        act(trace, phase, reads, made, over);
        values.add(made);
      }
    }
    Placement placement = new Placement(trace.complete());
    int batch = 6;
    Memory memory = new Memory();
    try {
      memory.reserve(batch, placement.wholeBytes(), 2 * mostScratch(placement, phases));
      Cursor cursor = new Cursor();
      cursor.open(memory);
      Map<Long, Value> written = new HashMap<>();
      for (int phase = 0; phase < phases; phase++) {
        for (int slice = 0; slice < batch / 2; slice++) {
          cursor.at(slice, 2);
          for (Action action : trace.phase(phase).actions()) {
            for (Value read : action.reads()) {
              assertThat(tags(read, cursor, written)).containsExactly(read);
            }
            Value made = action.writes().get(0);
            for (Value read : action.reads()) {
              if (!action.over().contains(read)) {
                assertThat(overlap(made, read, cursor)).isFalse();
              }
            }
            for (long line : lines(made, cursor)) {
              written.put(line, made);
            }
          }
        }
      }
      cursor.close();
    } finally {
      memory.close();
    }
  }

  private static long mostScratch(Placement placement, int phases) {
    long most = 0;
    for (int phase = 0; phase < phases; phase++) {
      most = Math.max(most, placement.scratchBytes(phase));
    }
    return most;
  }

  private static Set<Value> tags(Value value, Cursor cursor, Map<Long, Value> written) {
    Set<Value> tags = new HashSet<>();
    for (long line : lines(value, cursor)) {
      tags.add(written.get(line));
    }
    return tags;
  }

  private static boolean overlap(Value one, Value other, Cursor cursor) {
    Set<Long> lines = new HashSet<>(lines(one, cursor));
    lines.retainAll(lines(other, cursor));
    return !lines.isEmpty();
  }

  private static List<Long> lines(Value value, Cursor cursor) {
    List<Long> lines = new ArrayList<>();
    for (long at = 0; at < cursor.images() * value.imageBytes(); at += 64) {
      lines.add(value.address(cursor) + at);
    }
    return lines;
  }

  private static void act(Trace trace, int phase, List<Value> reads, Value made, List<Value> over) {
    trace.act(phase, reads, List.of(made), over, images -> new SliceKernel());
  }
}
