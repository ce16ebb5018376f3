package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Phases, run one after the other on batches of any size.
 *
 * <p>Each phase goes through the batch slice by slice, a slice being as many images as fit into a
 * core's cache. Lanes share the slices of a phase, and its chores; what a slice gives does not
 * depend on the lane.
 */
final class Program implements AutoCloseable {
  /** Bytes of a slice's widest value: a slice works with about four such in two megabytes. */
  private static final long SLICE_BYTES = 512L << 10;

  /** A batch is cut into at least so many slices, for as many lanes, if it has the images. */
  private static final int LEAST_SLICES = 4;

  private final Trace trace;
  private final List<Phase> phases;
  private final Team team;
  private final boolean paired;
  private final Memory memory = new Memory();
  private final List<Cursor> cursors = new ArrayList<>();
  private final List<Map<Integer, List<SliceKernel>>[]> kernels = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final int[] limits;
  private final Placement placement;
  private int batch;
  private boolean closed;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Program(Trace trace, Team team) {
    this.trace = trace;
    this.phases = trace.complete();
    this.paired = trace.paired();
    this.team = team;
    this.limits = new int[phases.size()];
    this.placement = new Placement(phases);
    for (int lane = 0; lane < team.lanes(); lane++) {
      cursors.add(new Cursor());
      Map<Integer, List<SliceKernel>>[] own = new Map[phases.size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = new HashMap<>();
      }
      kernels.add(own);
    }
  }

  Memory memory() {
    return memory;
  }

  /**
   * Checks that it may run.
   *
   * @throws IllegalStateException if it was closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot run: the network was closed");
    }
  }

  /**
   * Runs all phases on a batch.
   *
   * @param phaseDone is told, in one of the lanes, the number of each phase that is over
   */
  void run(int batch, IntConsumer phaseDone) {
    requireOpen();
    if (this.batch != batch) {
      open(batch);
    }
    next.set(0);
    team.run((lane, barrier) -> run(lane, barrier, phaseDone));
  }

  /** Adds nothing to what peers add up in a run. */
  void idle() {
    requireOpen();
    for (Phase phase : phases) {
      phase.exchanges().forEach(numbers -> trace.peers().sum(new double[numbers]));
    }
  }

  private void run(int lane, Team.Barrier barrier, IntConsumer phaseDone) {
    Cursor cursor = cursors.get(lane);
    cursor.open(memory);
    for (int i = 0; i < phases.size(); i++) {
      int limit = limits[i];
      int slices = slices(batch, limit);
      List<Runnable> chores = phases.get(i).chores();
      int turn = next.getAndIncrement();
      for (; turn < chores.size(); turn = next.getAndIncrement()) {
        chores.get(turn).run();
      }
      for (; turn < chores.size() + slices; turn = next.getAndIncrement()) {
        int slice = turn - chores.size();
        cursor.at(i % 2 == 0 ? slice : slices - 1 - slice, limit);
        for (SliceKernel kernel : kernels(lane, i, cursor.images())) {
          kernel.run(cursor);
        }
      }
      int phase = i;
      barrier.await(
          () -> {
            phases.get(phase).endings().forEach(Runnable::run);
            phaseDone.accept(phase);
            next.set(0);
          });
    }
  }

  private List<SliceKernel> kernels(int lane, int phase, int images) {
    return kernels.get(lane)[phase].computeIfAbsent(
        images,
        n -> phases.get(phase).actions().stream().map(action -> action.build().apply(n)).toList());
  }

  private static int slices(int batch, int limit) {
    return (batch + limit - 1) / limit;
  }

  private void open(int batch) {
    long scratch = 0;
    for (int i = 0; i < limits.length; i++) {
      limits[i] = paired ? pairedLimit(batch) : limit(phases.get(i).widestImage(), batch);
      scratch = Math.max(scratch, placement.scratchBytes(i) * limits[i]);
    }
    memory.reserve(batch, placement.wholeBytes(), scratch);
    long partials = 0;
    for (int i = 0; i < limits.length; i++) {
      long end = 0;
      for (PerSlice result : phases.get(i).results()) {
        end = result.place(memory, end, slices(batch, limits[i]), limits[i]);
      }
      partials = Math.max(partials, end);
    }
    memory.reservePartials(partials);
    this.batch = batch;
  }

  /**
   * Images in a slice: such that slices are of one size, if that does not make them much smaller.
   */
  private static int limit(long widestImage, int batch) {
    long fit = Math.max(1, SLICE_BYTES / widestImage);
    int most = (int) Math.min(fit, Math.max(1, (batch + LEAST_SLICES - 1) / LEAST_SLICES));
    for (int images = most; images > most / 2; images--) {
      if (batch % images == 0) {
        return images;
      }
    }
    return most;
  }

  /** The same for all phases, and even: a value's rows are in the order of slices. */
  private int pairedLimit(int batch) {
    long widest = phases.stream().mapToLong(Phase::widestImage).max().orElse(1);
    return (limit(widest, batch) + 1) / 2 * 2;
  }

  /**
   * Where the rows of a batch are among its slices: each has, of paired rows, first its share of
   * the first half of the batch and then the same of the second half.
   */
  Rows rows(int batch) {
    int[] rows = new int[batch];
    int limit = paired ? pairedLimit(batch) : batch;
    for (int place = 0; place < batch; place++) {
      int slice = place / limit;
      int within = place % limit;
      int pairs = Math.min(limit, batch - slice * limit) / 2;
      int firstPair = slice * limit / 2;
      rows[place] =
          !paired
              ? place
              : within < pairs ? firstPair + within : batch / 2 + firstPair + within - pairs;
    }
    return new Rows(rows);
  }

  boolean paired() {
    return paired;
  }

  @Override
  public void close() {
    closed = true;
    kernels.forEach(
        own -> {
          for (Map<Integer, List<SliceKernel>> phase : own) {
            phase.values().forEach(list -> list.forEach(SliceKernel::close));
            phase.clear();
          }
        });
    trace.close();
    cursors.forEach(Cursor::close);
    memory.close();
  }
}
