package org.espalier.jobs;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.espalier.data.files.AtomicFiles;
import org.espalier.jobs.output.JsonFormat;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.progress.Step;
import org.espalier.spark.checkpoint.Checkpoints;
import org.espalier.spark.training.Evaluation;
import org.espalier.spark.training.SegmentReport;
import org.espalier.spark.training.Shards;
import org.espalier.spark.training.Trainer;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.spark.training.TrainingProgress;
import org.espalier.spark.training.TrainingState;

/**
 * Runs the training stages of a job, each of which goes on after its last complete epoch when the
 * job is run again.
 */
final class Stages {
  private static final String FOLDER = "checkpoints";
  private static final ObjectMapper JSON = JsonFormat.lines();
  private static final TypeReference<LinkedHashMap<String, int[]>> CHANNELS =
      new TypeReference<>() {};

  private final JobContext context;
  private final Shards train;
  private final int keep;

  /**
   * Makes the stages of a job.
   *
   * @param train what they train on
   * @param keep how many states of a stage are kept while it runs
   */
  Stages(JobContext context, Shards train, int keep) {
    this.context = context;
    this.train = train;
    this.keep = keep;
  }

  /**
   * What a stage does besides training.
   *
   * @param trainer who trains
   * @param learningRate that of an epoch, counted from 0
   * @param measuring how the network does on the test images after each epoch; null where the
   *     stage's network does not predict
   */
  record Conduct(Trainer trainer, IntToDoubleFunction learningRate, Measuring measuring) {}

  /**
   * Runs a stage, or what is left of it.
   *
   * @param begin gives the state in which the stage begins; not asked where a checkpoint is found
   */
  TrainingState run(TrainingPlan plan, Conduct conduct, Beginning begin) throws IOException {
    Checkpoints checkpoints = checkpoints(plan.stage());
    TrainingState start = start(plan.stage(), checkpoints, begin);
    TrainingState end = start;
    if (start.epoch() < plan.epochs()) {
      context
          .progress()
          .stageStarted(
              new StageStart(
                  plan.stage(),
                  start.epoch() + 1,
                  plan.epochs(),
                  train.images(),
                  conduct.measuring() == null ? "test" : conduct.measuring().name()));
      end =
          conduct
              .trainer()
              .train(start, train, plan, new Progress(plan.stage(), conduct, checkpoints));
    }
    if (!context.report().hasStage(plan.stage())) {
      context.progress().stageEnded(result(plan));
    }
    return end;
  }

  /**
   * Returns which channels stay, as an earlier run of the job decided, or decides now.
   *
   * <p>A decision may hang on a measured time; a run that goes on after a decision keeps to it.
   *
   * @param decide gives channels by name
   */
  Map<String, int[]> decision(String name, Supplier<Map<String, int[]>> decide) throws IOException {
    Path file = context.path(FOLDER + "/" + name + ".json");
    if (context.resumed() && AtomicFiles.fileSystem(file, context.hadoop()).exists(file)) {
      return JSON.readValue(AtomicFiles.read(file, context.hadoop()), CHANNELS);
    }
    Map<String, int[]> decision = decide.get();
    AtomicFiles.write(file, context.hadoop(), JSON.writeValueAsString(decision));
    return decision;
  }

  /** Gives the state in which a stage begins. */
  @FunctionalInterface
  interface Beginning {
    TrainingState state() throws IOException;
  }

  /** Forgets the checkpoints, once they are not needed. */
  void clear() throws IOException {
    Path folder = context.path(FOLDER);
    AtomicFiles.fileSystem(folder, context.hadoop()).delete(folder, true);
  }

  private StageResult result(TrainingPlan plan) {
    List<EpochResult> epochs = context.report().history(plan.stage());
    long images = epochs.stream().mapToLong(EpochResult::images).sum();
    double seconds = epochs.stream().mapToDouble(EpochResult::seconds).sum();
    double top1 = epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).top1();
    return StageResult.of(plan.stage(), plan.epochs(), images, seconds, top1);
  }

  private Checkpoints checkpoints(String stage) {
    return new Checkpoints(
        context.path(FOLDER + "/" + stage), context.fingerprint(), keep, context.hadoop());
  }

  private TrainingState start(String stage, Checkpoints checkpoints, Beginning begin)
      throws IOException {
    Optional<TrainingState> kept =
        context.resumed()
            ? checkpoints.newest(
                (file, reason) ->
                    context.events().add("checkpoint-damaged", new Damaged(stage, reason)))
            : Optional.empty();
    if (kept.isEmpty()) {
      return begin.state();
    }
    TrainingState state = kept.get();
    context.events().add("stage-resumed", place(stage, state));
    return state;
  }

  /** A place in a stage: completed epochs, and steps of the next. */
  private record Place(String stage, int epoch, int step) {}

  private static Place place(String stage, TrainingState state) {
    return new Place(stage, state.epoch(), state.sums().steps());
  }

  /** Why a stage did not go on from its last checkpoint. */
  private record Damaged(String stage, String reason) {}

  private final class Progress implements TrainingProgress {
    private final String stage;
    private final Conduct conduct;
    private final Checkpoints checkpoints;

    Progress(String stage, Conduct conduct, Checkpoints checkpoints) {
      this.stage = stage;
      this.conduct = conduct;
      this.checkpoints = checkpoints;
    }

    @Override
    public void segment(SegmentReport report) {
      underway(report.images(), report.loss(), report.accuracy());
    }

    @Override
    public void underway(long images, double loss, double accuracy) {
      context.progress().stepped(new Step(images, loss, accuracy));
    }

    @Override
    public void epoch(TrainingState state, SegmentReport report) {
      double loss = Double.NaN;
      double top1 = Double.NaN;
      if (conduct.measuring() != null) {
        Evaluation test = conduct.measuring().accuracy(state.toGraph());
        loss = test.loss();
        top1 = test.top1();
      }
      context
          .progress()
          .epochEnded(
              new EpochResult(
                  stage,
                  state.epoch(),
                  report.loss(),
                  report.accuracy(),
                  loss,
                  top1,
                  conduct.learningRate().applyAsDouble(state.epoch() - 1),
                  report.images(),
                  report.seconds()));
    }

    @Override
    public void keep(TrainingState state) {
      try {
        checkpoints.write(state);
        if (state.sums().steps() > 0) {
          context.events().add("checkpoint", place(stage, state));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
