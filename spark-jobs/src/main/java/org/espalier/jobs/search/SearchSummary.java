package org.espalier.jobs.search;

import java.util.List;
import org.espalier.search.Code;

/**
 * The report's section {@code search}.
 *
 * @param searcher who searched
 * @param mode what could run at once
 * @param costName what costs are: MACs or parameters
 * @param limit the greatest cost allowed, or null
 * @param heldOut images on which candidates were judged
 * @param best the winner
 * @param evaluations evaluations, finalists included
 * @param evaluated of these, by the evaluator
 * @param distinct different codes among all
 * @param cacheHits known from an equal code
 * @param rejected above the limit of cost, and not evaluated
 * @param failures evaluated without a fitness
 * @param failureReasons why, once each, ten at most
 * @param budget what was announced
 * @param finalists the best codes, evaluated again, best first
 * @param trace every evaluation of the search, in the sequential order
 * @param diversity how far the population's members are apart, where it changes
 * @param front what no other evaluation beats in both fitness and cost, cheapest first
 * @param widths how many channels the winner keeps of each searched group
 * @param timeline when each task ran, and where
 * @param driver the driver's own work
 * @param schedule what the dependencies would allow; null where they are not a phase's, or not all
 *     evaluations are of this run
 */
public record SearchSummary(
    String searcher,
    String mode,
    String costName,
    Double limit,
    long heldOut,
    Best best,
    long evaluations,
    long evaluated,
    long distinct,
    long cacheHits,
    long rejected,
    long failures,
    List<String> failureReasons,
    Budget budget,
    List<Final> finalists,
    List<Point> trace,
    List<Diversity> diversity,
    List<Structure> front,
    List<Width> widths,
    List<Task> timeline,
    Driver driver,
    Schedule schedule) {

  /** The names of groups of channels at a position of a code, and what the winner keeps. */
  public record Width(String group, int number, int channels, int kept) {}

  /**
   * The winner.
   *
   * @param fitness the mean over its replicates, where it was a finalist; else by one evaluation
   * @param found the fitness by which it was found
   */
  public record Best(Code code, double fitness, double found, long macs, long parameters) {}

  /**
   * What a search may cost.
   *
   * @param evaluations evaluations, scouts and all that comes after the search aside
   * @param promoted evaluations of codes that are promoted
   * @param finalists evaluations of finalists
   * @param imagesEach training images that an evaluation goes through, to train or to recalibrate
   * @param imagesOfPromoted the same for one of a code that is promoted
   * @param imagesOfFinal the same for one of a finalist
   * @param images all of these together
   */
  public record Budget(
      long evaluations,
      long promoted,
      long finalists,
      long imagesEach,
      long imagesOfPromoted,
      long imagesOfFinal,
      long images) {}

  /** A finalist; deviation is NaN with one replicate. */
  public record Final(
      Code code,
      double found,
      double mean,
      double deviation,
      List<Double> replicates,
      long macs,
      long parameters) {}

  /** An evaluation: its fitness (NaN for a failure), and the greatest so far. */
  public record Point(
      long index,
      String phase,
      int cycle,
      int wave,
      Code code,
      double fitness,
      double best,
      double cost,
      String how) {}

  /** After so many evaluations: mean over pairs and positions of |a - b| / (most - least). */
  public record Diversity(long evaluations, double value) {}

  /** A code with what it is worth and costs. */
  public record Structure(Code code, double fitness, long macs, long parameters) {}

  /** When a task ran, in seconds after the first. */
  public record Task(
      String executor, long index, int replicate, String phase, double start, double seconds) {}

  /**
   * What the driver had to do, in this run.
   *
   * @param seconds the search, finalists included
   * @param busySeconds of these, when the search's thread did not wait
   * @param share the same as a share
   */
  public record Driver(double seconds, double busySeconds, double share) {}

  /**
   * The search as it was, and as its dependencies would allow, finalists aside.
   *
   * <p>The ideal is a schedule made afterwards, which knows how long each task was. A task's time
   * is its executor's, from when it has read what it is to do to its result, beside whatever else
   * the machine was at; an executor's first task includes the base network and the images on their
   * way to it, and what it prepares of them. So the share says what is lost to Spark's launching of
   * tasks, to the driver and to the order in which candidates were started, phase by phase. It says
   * nothing of executors that prepare themselves for long, or slow each other down.
   *
   * @param slots candidates evaluated at once
   * @param takenSeconds from the search's beginning to the last result
   * @param idealSeconds the same tasks, each as long as it was, with nothing between them
   * @param share ideal by taken
   */
  public record Schedule(int slots, double takenSeconds, double idealSeconds, double share) {}
}
