package org.espalier.spark.search;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceProfile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.nn.BatchNormRuntime;
import org.espalier.search.Candidate;
import org.espalier.search.Evaluator;
import org.espalier.search.Fitness;
import org.espalier.search.LocalEvaluator;
import org.espalier.spark.resources.StageGpus;

/**
 * Evaluates candidates on Spark's executors: each is a job of one task, which trains the code's
 * network and returns its accuracy on held-out images.
 *
 * <pre>{@code
 * try (SparkEvaluator evaluator =
 *     SparkEvaluator.builder(sc, base, network -> Structures.of(network, inputs)::network)
 *         .images(CandidateImages.read(parts.rest(), parts.heldOut(), hadoop), augmented, plain)
 *         .fidelity(Fidelity.trained(1, 0.01).onShare(0.25))
 *         .promoted(Fidelity.trained(2, 0.01).onShare(0.25))
 *         .finalists(Fidelity.trained(4, 0.01))
 *         .timeLimit(Duration.ofMinutes(10))
 *         .build()) {
 *   Search.of(space, BeeColony.standard(), evaluator)...
 * }
 * }</pre>
 *
 * <p>The base network and the images go to each executor once and leave it when the evaluator is
 * closed. All that is random comes of the candidate's seed, so that neither the executor nor the
 * attempt, the order or what else runs changes a fitness. A candidate that fails, or takes too
 * long, is a failure with a reason, and so is one whose executors Spark lost {@code
 * spark.task.maxFailures} times; once Spark has stopped, candidates are given up, which ends the
 * search.
 */
public final class SparkEvaluator implements Evaluator, AutoCloseable {
  private static final Duration FOREVER = Duration.ofDays(365);

  private final JavaSparkContext sc;
  private final String group = "candidates-" + UUID.randomUUID();
  private final Broadcast<BaseNetwork> base;
  private final Broadcast<CandidateImages> images;
  private final CandidateTask task;
  private final Fidelity fidelity;
  private final Fidelity promoted;
  private final Fidelity finalists;
  private final CandidateListener listener;
  private final JavaRDD<Integer> place;
  private final int slots;
  private final LocalEvaluator jobs;
  private volatile boolean closed;

  private SparkEvaluator(Builder builder) {
    this.sc = builder.sc;
    this.fidelity = builder.fidelity;
    this.promoted = builder.promoted == null ? builder.fidelity : builder.promoted;
    this.finalists = builder.finalists == null ? builder.fidelity : builder.finalists;
    this.listener = builder.listener;
    // One for all candidates, as each request for GPUs makes a resource profile.
    this.place = StageGpus.of(sc).withOne(sc.parallelize(List.of(0), 1));
    this.slots = builder.slots > 0 ? builder.slots : concurrentTasks();
    // Half as many tasks again wait in Spark, so that executors seldom wait for the driver. Spark
    // starts them as they come, so that with more of them what became urgent meanwhile would wait.
    int submitted = builder.slots > 0 ? builder.slots : slots + (slots + 1) / 2;
    this.base = sc.broadcast(BaseNetwork.of(builder.base));
    this.images = sc.broadcast(builder.images);
    this.task =
        new CandidateTask(
            base,
            builder.factory,
            images,
            new Judging(builder.training, builder.evaluation),
            builder.limit);
    this.jobs = new LocalEvaluator(submitted, this::evaluate);
  }

  private int concurrentTasks() {
    ResourceProfile own = place.rdd().getResourceProfile();
    ResourceProfile profile =
        own == null ? sc.sc().resourceProfileManager().defaultResourceProfile() : own;
    return Math.max(1, sc.sc().maxNumConcurrentTasks(profile));
  }

  /**
   * Begins the settings of an evaluator.
   *
   * @param base the network whose parts candidates are; not changed, and not kept
   * @param factory how executors make candidates of it
   */
  public static Builder builder(
      JavaSparkContext sc, ComputationGraph base, CandidateNetworks.Factory factory) {
    return new Builder(sc, base, factory);
  }

  /** Returns how many candidates are evaluated at once. */
  public int slots() {
    return slots;
  }

  /** Returns a few times as many as are evaluated at once, so that the longest way can go first. */
  @Override
  public int capacity() {
    return jobs.capacity();
  }

  @Override
  public CompletionStage<Fitness> submit(Candidate candidate) {
    return jobs.submit(candidate);
  }

  private Fitness evaluate(Candidate candidate) {
    checkRuns(null);
    long start = Clock.systemUTC().millis();
    long began = System.nanoTime();
    CandidateRun run;
    try {
      Outcome outcome = job(candidate);
      run = outcome.run(candidate, (System.nanoTime() - began) / 1e6);
    } catch (Exception e) { // what Spark throws is not declared
      checkRuns(e);
      Fitness lost = Fitness.failed("Spark lost it: " + firstLine(e));
      long end = Clock.systemUTC().millis();
      run =
          new CandidateRun(
              candidate, lost, "", "", 0, start, end, 0, (System.nanoTime() - began) / 1e6);
    }
    listener.evaluated(run);
    return run.fitness();
  }

  private Outcome job(Candidate candidate) {
    CandidateTask what = task;
    Fidelity how =
        switch (candidate.replicate()) {
          case 0 -> fidelity;
          case Candidate.PROMOTED -> promoted;
          default -> finalists;
        };
    sc.setJobGroup(group, "candidate %d: %s".formatted(candidate.index(), candidate.code()), true);
    try {
      return place.map(nothing -> what.evaluate(candidate, how)).collect().get(0);
    } finally {
      sc.clearJobGroup();
    }
  }

  /** Gives a candidate up where the evaluator is closed or Spark has stopped. */
  private void checkRuns(Exception cause) {
    String reason = null;
    if (closed) {
      sc.cancelJobGroup(group); // a job that was begun while the evaluator was closed
      reason = "the evaluator was closed";
    } else if (sc.sc().isStopped()) {
      reason = "Spark has stopped";
    }
    if (reason != null) {
      CancellationException givenUp =
          new CancellationException("Cannot go on evaluating candidates: " + reason);
      givenUp.initCause(cause);
      throw givenUp;
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  /** Returns the names of what every executor holds, as Spark calls its blocks. */
  List<String> broadcasts() {
    return Stream.of(base, images).map(each -> "broadcast_" + each.id()).toList();
  }

  /** Gives up what waits and what runs, and frees the executors' memory. */
  @Override
  public void close() {
    closed = true;
    jobs.close();
    if (!sc.sc().isStopped()) {
      sc.cancelJobGroup(group);
      base.destroy();
      images.destroy();
    }
  }

  /** The settings of an evaluator; images and fidelity are required. */
  public static final class Builder {
    private final JavaSparkContext sc;
    private final ComputationGraph base;
    private final CandidateNetworks.Factory factory;
    private CandidateImages images;
    private ImagePipeline training;
    private ImagePipeline evaluation;
    private Fidelity fidelity;
    private Fidelity promoted;
    private Fidelity finalists;
    private Duration limit = FOREVER;
    private int slots;
    private CandidateListener listener = run -> {};

    private Builder(JavaSparkContext sc, ComputationGraph base, CandidateNetworks.Factory factory) {
      this.sc = Objects.requireNonNull(sc, "Cannot evaluate candidates: context is missing");
      this.base = Objects.requireNonNull(base, "Cannot evaluate candidates: base is missing");
      this.factory =
          Objects.requireNonNull(factory, "Cannot evaluate candidates: factory is missing");
    }

    /**
     * Sets the images.
     *
     * @param training what makes floats of images that are trained on
     * @param evaluation what makes floats of images that are judged; usually only a normalisation
     */
    public Builder images(
        CandidateImages candidateImages, ImagePipeline training, ImagePipeline evaluation) {
      this.images =
          Objects.requireNonNull(candidateImages, "Cannot evaluate candidates: images are missing");
      this.training =
          Objects.requireNonNull(training, "Cannot evaluate candidates: pipeline is missing");
      this.evaluation =
          Objects.requireNonNull(evaluation, "Cannot evaluate candidates: pipeline is missing");
      return this;
    }

    /** Sets how candidates are judged. */
    public Builder fidelity(Fidelity value) {
      fidelity = Objects.requireNonNull(value, "Cannot evaluate candidates: fidelity is missing");
      return this;
    }

    /** Sets how the best that are promoted are judged; as all unless told. */
    public Builder promoted(Fidelity value) {
      promoted = Objects.requireNonNull(value, "Cannot evaluate candidates: fidelity is missing");
      return this;
    }

    /** Sets how replicates, a search's finalists, are judged; as all unless told. */
    public Builder finalists(Fidelity value) {
      finalists = Objects.requireNonNull(value, "Cannot evaluate candidates: fidelity is missing");
      return this;
    }

    /**
     * Sets how long a candidate may take, at least 1 ms; for ever unless told. It is looked at
     * between batches, and what waits is interrupted; it does not end a computation that never
     * comes back. A search whose candidates come near it is not repeatable.
     */
    public Builder timeLimit(Duration value) {
      if (value.toMillis() < 1) {
        throw new IllegalArgumentException(
            "Cannot evaluate candidates: the time limit must be at least 1 ms (" + value + ")");
      }
      limit = value;
      return this;
    }

    /**
     * Limits how many candidates are evaluated at once, at least 1; unless told, as many as the
     * executors that are there now have room for. With fewer than that an executor waits for the
     * driver between two candidates.
     */
    public Builder slots(int count) {
      if (count < 1) {
        throw new IllegalArgumentException(
            "Cannot evaluate candidates: slots must be at least 1 (" + count + ")");
      }
      slots = count;
      return this;
    }

    /** Sets who is told of each evaluation; nobody unless told. */
    public Builder listener(CandidateListener value) {
      listener = Objects.requireNonNull(value, "Cannot evaluate candidates: listener is missing");
      return this;
    }

    /**
     * Sends the base network and the images off.
     *
     * @throws IllegalArgumentException where the settings do not fit together
     */
    public SparkEvaluator build() {
      Objects.requireNonNull(images, "Cannot evaluate candidates: images are missing");
      Objects.requireNonNull(fidelity, "Cannot evaluate candidates: fidelity is missing");
      checkRecalibration(fidelity);
      for (Fidelity other : new Fidelity[] {promoted, finalists}) {
        if (other != null) {
          checkRecalibration(other);
        }
      }
      return new SparkEvaluator(this);
    }

    private void checkRecalibration(Fidelity value) {
      if (value.recalibrationImages() == 0) {
        return;
      }
      for (var layer : base.getLayers()) {
        if (layer instanceof org.deeplearning4j.nn.layers.normalization.BatchNormalization
            && !(layer instanceof BatchNormRuntime)) {
          throw new IllegalArgumentException(
              "Cannot evaluate candidates: batch normalisation of Deeplearning4j's own kind cannot"
                  + " be recalibrated ("
                  + layer.conf().getLayer().getLayerName()
                  + ")");
        }
      }
    }
  }
}
