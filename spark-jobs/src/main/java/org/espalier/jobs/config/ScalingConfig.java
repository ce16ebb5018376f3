package org.espalier.jobs.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.espalier.nn.fused.Precision;
import org.espalier.zoo.Networks;

/**
 * What a benchmark of scaling measures.
 *
 * @param network one of {@link Networks#names()}
 * @param executors numbers of executors, rising from 1; empty for all numbers up to the cluster's
 * @param contenders what is compared, at least one
 * @param workload what stays the same when executors are added
 * @param batch images a step: of each executor, or of all where the workload is strong
 * @param averagingInterval steps between two combinations, at least 1; for averaging and stock
 * @param images images of a measured pass, a multiple of the batch, counted as the batch is
 * @param stockImages the same for the stock contender
 * @param repeats measured passes whose median is reported, at least 1
 * @param probeSteps steps that are timed one by one after each pass, at least 2
 * @param budgetImages images, all executors together, after which accuracy is measured; 0 for none
 * @param precision what is computed with; stock always computes in float32
 * @param learningRate of all contenders, above 0
 * @param momentum of Nesterov's kind, in [0, 1)
 * @param patience seconds that executors have to start, at least 1
 * @param simulation the cluster that is modelled
 */
public record ScalingConfig(
    String network,
    Optional<List<Integer>> executors,
    List<Contender> contenders,
    Workload workload,
    int batch,
    int averagingInterval,
    int images,
    int stockImages,
    int repeats,
    int probeSteps,
    int budgetImages,
    Precision precision,
    double learningRate,
    double momentum,
    int patience,
    SimulationConfig simulation) {

  static ScalingConfig from(Section section) {
    Optional<List<Integer>> executors =
        section.isNull("executors")
            ? Optional.empty()
            : Optional.of(rising(section.wholes("executors", 1), section));
    Workload workload = section.choice("workload", Workload.class);
    int batch = section.whole("batch", 1);
    if (workload == Workload.STRONG) {
      executors.orElse(List.of()).forEach(k -> checkShare(batch, k, section));
    }
    return new ScalingConfig(
        section.oneOf("network", Networks.names()),
        executors,
        contenders(section),
        workload,
        batch,
        section.whole("averagingInterval", 1),
        steps("images", batch, section),
        steps("stockImages", batch, section),
        section.whole("repeats", 1),
        section.whole("probeSteps", 2),
        section.whole("budgetImages", 0),
        section.choice("precision", Precision.class),
        section.number("learningRate", Interval.above(0)),
        section.number("momentum", Interval.closedOpen(0, 1)),
        section.whole("patience", 1),
        SimulationConfig.from(section.section("simulation")));
  }

  private static List<Integer> rising(List<Integer> executors, Section section) {
    boolean rising = !executors.isEmpty() && executors.get(0) == 1;
    for (int i = 1; i < executors.size(); i++) {
      rising &= executors.get(i) > executors.get(i - 1);
    }
    if (!rising) {
      throw section.error("executors", "must rise from 1, with which the others are compared");
    }
    return executors;
  }

  private static void checkShare(int batch, int executors, Section section) {
    if (batch % executors != 0) {
      throw section.error(
          "batch", "must be a multiple of each number of executors (" + executors + ")");
    }
  }

  private static List<Contender> contenders(Section section) {
    List<Contender> contenders = section.choices("contenders", Contender.class);
    if (contenders.isEmpty() || new HashSet<>(contenders).size() < contenders.size()) {
      throw section.error("contenders", "must be one or more, each once");
    }
    return contenders;
  }

  private static int steps(String key, int batch, Section section) {
    int images = section.whole(key, 1);
    if (images % batch != 0) {
      throw section.error(
          key, "must be a multiple of the batch (" + batch + "), so that all steps are alike");
    }
    return images;
  }

  /** Returns how many executors share a batch, of so many. */
  private int sharing(int executors) {
    return workload == Workload.STRONG ? executors : 1;
  }

  /** Returns the images a step of each of so many executors. */
  public int batch(int executors) {
    return batch / sharing(executors);
  }

  /** Returns the images of a measured pass of each of so many executors. */
  public int images(Contender contender, int executors) {
    return (contender == Contender.STOCK ? stockImages : images) / sharing(executors);
  }
}
