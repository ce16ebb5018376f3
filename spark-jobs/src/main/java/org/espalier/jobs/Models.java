package org.espalier.jobs;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.graph.LayerWeights;
import org.espalier.graph.NetworkGraph;
import org.espalier.jobs.config.ModelConfig;
import org.espalier.jobs.config.Schedule;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.nn.CosineSchedule;
import org.espalier.spark.training.Trainable;
import org.espalier.weights.WeightsFile;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** Makes the networks of a job from its configuration. */
final class Models {
  private Models() {}

  /**
   * Makes the network that a job starts with: new, or with trained weights.
   *
   * @param images the images that it is for
   * @param seed the seed of new weights
   * @throws IOException when the weights are missing, damaged or another network's
   */
  static ComputationGraph load(ModelConfig config, Images images, long seed, Configuration hadoop)
      throws IOException {
    ComputationGraph graph =
        load(config, config.weights(), images.set().shape(), images.classes(), seed, hadoop);
    if (config.weights().isPresent()) {
      check(graph, config.weights().get(), images);
    }
    return graph;
  }

  /**
   * Makes a network for images of a shape, whatever a file's network was made for.
   *
   * @param weights the file with its weights; empty for new ones
   * @param classes the number of classes of a network whose file does not tell
   * @param seed the seed of new weights
   * @throws IOException when the weights are missing, damaged or another network's
   */
  static ComputationGraph load(
      ModelConfig config,
      Optional<String> weights,
      ImageShape shape,
      int classes,
      long seed,
      Configuration hadoop)
      throws IOException {
    ComputationGraphConfiguration architecture =
        Networks.named(
            config.name(),
            NetworkOptions.builder()
                .classes(classes)
                .input(shape.height(), shape.width(), shape.channels())
                .shortcut(config.shortcut())
                .seed(seed)
                .build());
    if (weights.isPresent()) {
      return WeightsFile.load(new Path(weights.get()), hadoop, architecture);
    }
    ComputationGraph graph = new ComputationGraph(architecture);
    graph.init();
    return graph;
  }

  /** Returns how many classes a network tells apart, in training form too; -1 where unknown. */
  static long classes(ComputationGraph graph) {
    return LayerWeights.kind(graph.getOutputLayer(0)) instanceof BaseOutputLayer layer
        ? layer.getNOut()
        : -1;
  }

  /** Refuses a network from a file that is for other images, or tells other classes apart. */
  private static void check(ComputationGraph graph, String file, Images images) {
    String name = images.set().name();
    NetworkGraph nodes = NetworkGraph.of(graph);
    InputType made;
    try {
      made = nodes.shapes(Images.inputType(images.set().shape())).get(nodes.outputs().get(0));
    } catch (IllegalArgumentException e) {
      throw new JobFailedException(
          String.format(
              "Cannot use %s for %s: the network does not take images of %s (%s)",
              file, name, images.set().shape(), e.getMessage()),
          e);
    }
    long known = classes(graph);
    long classes = known < 0 ? made.arrayElementsPerExample() : known;
    if (classes != images.classes()) {
      throw new JobFailedException(
          String.format(
              "Cannot use %s for %s: the network tells %d classes apart, the data have %d",
              file, name, classes, images.classes()));
    }
  }

  /** Returns a copy of a network that is trained as a configuration says. */
  static ComputationGraph trainable(ComputationGraph graph, TrainingConfig training) {
    return Trainable.of(
        graph, new Nesterovs(schedule(training), training.momentum()), training.weightDecay());
  }

  /** Returns the learning rate of an epoch, counted from 0. */
  static double learningRate(TrainingConfig training, int epoch) {
    return schedule(training).valueAt(0, epoch);
  }

  private static ISchedule schedule(TrainingConfig training) {
    return training.schedule() == Schedule.COSINE
        ? new CosineSchedule(training.learningRate(), training.epochs(), training.warmupEpochs())
        : new FixedSchedule(training.learningRate());
  }
}
