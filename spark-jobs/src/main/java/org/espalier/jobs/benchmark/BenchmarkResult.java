package org.espalier.jobs.benchmark;

import java.util.List;
import java.util.OptionalLong;
import org.espalier.jobs.config.BenchmarkConfig;
import org.espalier.jobs.config.Section;

/**
 * The report's section {@code benchmark}; what does not apply is null.
 *
 * @param trainImagesPerSecond training, the rounds' median, all tasks together
 * @param inferImagesPerSecond inference, the rounds' median, all tasks together
 * @param firstStepMillis from no network to the end of its first training step, in the slowest task
 * @param peakResidentBytes the most memory that the process held; with a peer, before that began
 * @param network the network's name
 * @param batch images a step and task
 * @param threads threads of the numerical kernels in all tasks together
 * @param tasks networks side by side
 * @param precision what was computed with
 * @param rounds what was measured, in order
 * @param peer what was measured beside it, or null
 */
public record BenchmarkResult(
    double trainImagesPerSecond,
    double inferImagesPerSecond,
    double firstStepMillis,
    Long peakResidentBytes,
    String network,
    int batch,
    int threads,
    int tasks,
    String precision,
    List<Round> rounds,
    Peer peer) {

  /**
   * What was measured beside a network, in turns with it.
   *
   * @param name whose layers it has
   * @param peakResidentBytes the most memory that its own processes held; null where it has none
   * @param trainRatio the network's training speed in multiples of the peer's, the rounds' median
   * @param inferRatio the network's inference speed in multiples of the peer's, the rounds' median
   */
  public record Peer(
      String name,
      double trainImagesPerSecond,
      double inferImagesPerSecond,
      double firstStepMillis,
      Long peakResidentBytes,
      List<Round> rounds,
      double trainRatio,
      double inferRatio) {

    /** Puts the result of a peer together. */
    public static Peer of(Speed peer, OptionalLong peakResidentBytes, Speed network) {
      return new Peer(
          peer.name(),
          peer.trainImagesPerSecond(),
          peer.inferImagesPerSecond(),
          peer.firstStepMillis(),
          boxed(peakResidentBytes),
          peer.rounds(),
          network.over(peer, Round::trainImagesPerSecond),
          network.over(peer, Round::inferImagesPerSecond));
    }
  }

  /** Puts a result together; the peer may be null. */
  public static BenchmarkResult of(
      BenchmarkConfig config, Speed speed, OptionalLong peakResidentBytes, Peer peer) {
    return new BenchmarkResult(
        speed.trainImagesPerSecond(),
        speed.inferImagesPerSecond(),
        speed.firstStepMillis(),
        boxed(peakResidentBytes),
        config.network(),
        config.batch(),
        config.threads(),
        config.tasks(),
        Section.nameOf(config.precision()),
        speed.rounds(),
        peer);
  }

  private static Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
