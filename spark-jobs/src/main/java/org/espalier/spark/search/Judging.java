package org.espalier.spark.search;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.search.Fitness;
import org.espalier.spark.training.Evaluation;
import org.espalier.spark.training.ImageShard;
import org.espalier.spark.training.SoloTraining;
import org.espalier.spark.training.Trainable;
import org.espalier.spark.training.TrainingPlan;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Finds out how fit a network is, on whatever machine.
 *
 * @param training what makes floats of images that are trained on
 * @param evaluation what makes floats of images that a network is judged on
 */
record Judging(ImagePipeline training, ImagePipeline evaluation) implements Serializable {
  private static final String STAGE = "candidate";

  /**
   * Judges a network, which may be changed.
   *
   * @param seed the seed of everything that is random
   * @param before is called before each batch, and may throw
   */
  Fitness judge(
      ComputationGraph network,
      CandidateImages images,
      Fidelity fidelity,
      long seed,
      Runnable before) {
    ComputationGraph graph =
        fidelity.epochs() > 0
            ? Trainable.of(
                network,
                new Nesterovs(fidelity.learningRate(), fidelity.momentum()),
                fidelity.weightDecay())
            : network;
    try (SoloTraining solo = new SoloTraining(graph, plan(images, fidelity, seed), before)) {
      ImageShard some =
          fidelity.share() < 1
              ? CandidateImages.part(images.training(), fidelity.share(), seed, "share")
              : images.training();
      Map<String, String> notes = new TreeMap<>();
      for (int epoch = 0; epoch < fidelity.epochs(); epoch++) {
        notes.put("loss", Double.toString(solo.train(some, epoch)));
        if (epoch == 0 && fidelity.epochs() > 1 && fidelity.hopeless() > 0) {
          Evaluation first = evaluate(solo, graph, images, fidelity, seed);
          if (first.top1() < fidelity.hopeless()) {
            notes.put("stopped", "after its first epoch");
            return Fitness.of(first.top1()).with(notes);
          }
        }
      }
      return Fitness.of(evaluate(solo, graph, images, fidelity, seed).top1()).with(notes);
    }
  }

  private TrainingPlan plan(CandidateImages images, Fidelity fidelity, long seed) {
    return TrainingPlan.of(
            STAGE, fidelity.epochs(), fidelity.batch(), seed, training, images.classes())
        .withPrecision(fidelity.precision());
  }

  private Evaluation evaluate(
      SoloTraining solo,
      ComputationGraph graph,
      CandidateImages images,
      Fidelity fidelity,
      long seed) {
    if (fidelity.recalibrationImages() == 0) {
      return solo.evaluate(graph, images.heldOut(), evaluation);
    }
    double share = (double) fidelity.recalibrationImages() / images.training().size();
    ImageShard some =
        share < 1
            ? CandidateImages.part(images.training(), share, seed, "recalibration")
            : images.training();
    return solo.evaluate(solo.recalibrated(some), images.heldOut(), evaluation);
  }
}
