package org.espalier.spark.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.spark.SharedSpark;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks and images small enough to train in a blink. */
public final class TinyData {
  public static final ImageShape SHAPE = new ImageShape(6, 6, 1);
  public static final int CLASSES = 6;
  public static final ImagePipeline PLAIN = ImagePipeline.evaluation(Normalization.GREY);
  public static final ImagePipeline AUGMENTED = ImagePipeline.train(1, true, Normalization.GREY);

  private TinyData() {}

  /**
   * Returns a network with convolution and batch normalisation, in evaluation not far from chance.
   */
  static ComputationGraph network(IUpdater updater) {
    return normalized(updater, false);
  }

  /** Returns the same, its running deviation kept as a logarithm or its variance as it is. */
  static ComputationGraph normalized(IUpdater updater, boolean logarithm) {
    return initialised(
        layers(updater)
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(4)
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(CNN2DFormat.NHWC)
                    .activation(Activation.IDENTITY)
                    .build(),
                "in")
            .addLayer("bn", new BatchNormalization.Builder().useLogStd(logarithm).build(), "conv")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "bn")
            .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "relu")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "pool")
            .setOutputs("out"));
  }

  /** Returns a network of this project's own layers without batch normalisation. */
  static ComputationGraph plain(IUpdater updater) {
    return initialised(
        layers(updater)
            .addLayer("conv", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "in")
            .addVertex("relu", new ResidualSum(true), "conv", "conv")
            .addLayer("pool", GlobalAveragePooling.builder().build(), "relu")
            .addLayer("out", Output.builder().nOut(CLASSES).build(), "pool")
            .setOutputs("out"));
  }

  /** Returns a network without batch normalisation, with dropout. */
  static ComputationGraph dropping(IUpdater updater) {
    return initialised(
        layers(updater)
            .addLayer("conv", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "in")
            .addLayer("pool", GlobalAveragePooling.builder().build(), "conv")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .dropOut(0.5)
                    .build(),
                "pool")
            .setOutputs("out"));
  }

  /** Returns a network of this project's own layers, with a residual block. */
  public static ComputationGraph residual(IUpdater updater) {
    return initialised(
        layers(updater)
            .addLayer("conv", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "in")
            .addLayer("bn", BatchNorm.builder().relu(true).build(), "conv")
            .addLayer("conv2", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "bn")
            .addLayer("bn2", BatchNorm.builder().build(), "conv2")
            .addVertex("add", new ResidualSum(true), "bn2", "bn")
            .addLayer("pool", GlobalAveragePooling.builder().build(), "add")
            .addLayer("out", Output.builder().nOut(CLASSES).build(), "pool")
            .setOutputs("out"));
  }

  /** Begins a network for the images, in which no layer is yet. */
  static ComputationGraphConfiguration.GraphBuilder layers(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .l2(1e-3)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(
            InputType.convolutional(
                SHAPE.height(), SHAPE.width(), SHAPE.channels(), CNN2DFormat.NHWC));
  }

  /** Returns a network of the layers, its weights drawn. */
  static ComputationGraph initialised(ComputationGraphConfiguration.GraphBuilder layers) {
    ComputationGraph graph = new ComputationGraph(layers.build());
    graph.init();
    return graph;
  }

  /** Returns images whose brightness tells their class, give or take. */
  public static List<LabeledImage> images(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      SplittableRandom random = RandomStreams.of(3, "tiny", index);
      int label = random.nextInt(CLASSES);
      byte[] pixels = new byte[SHAPE.size()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (30 * label + random.nextInt(100));
      }
      images.add(
          new LabeledImage(pixels, SHAPE.height(), SHAPE.width(), SHAPE.channels(), label, index));
    }
    return images;
  }

  /** Returns consecutive images in shards of given sizes. */
  static List<ImageShard> packed(int... sizes) {
    List<ImageShard> shards = new ArrayList<>();
    int total = Arrays.stream(sizes).sum();
    List<LabeledImage> images = images(total);
    int first = 0;
    for (int size : sizes) {
      shards.add(
          ImageShard.pack(
              shards.size(), SHAPE, images.subList(first, first + size), CorruptRecords.NONE));
      first += size;
    }
    return shards;
  }

  /** Returns the first images as plain data sets of one each, as DL4J-Spark's users have them. */
  static List<MultiDataSet> examples(int count) {
    TrainingPlan plan = TrainingPlan.of("examples", 1, 1, 0, PLAIN, CLASSES).inOrder();
    ShardBatches batches = new ShardBatches(plan, packed(count).get(0), 0);
    return IntStream.range(0, count).mapToObj(i -> batches.batch(i).data()).toList();
  }

  /** Returns the first images as one plain batch. */
  static MultiDataSet batch(int images) {
    TrainingPlan plan = TrainingPlan.of("batch", 1, images, 1, PLAIN, CLASSES).inOrder();
    return new ShardBatches(plan, packed(images).get(0), 0).batch(0).data();
  }

  /** Trains all epochs of a plan in this process, without Spark, compiled. */
  static void fitCompiled(ComputationGraph graph, ImageShard shard, TrainingPlan plan) {
    INDArray images = batch(1).getFeatures(0);
    try (FusedTraining fused = FusedTraining.of(graph, images, plan.precision(), 1).orElseThrow()) {
      for (int epoch = 0; epoch < plan.epochs(); epoch++) {
        ShardBatches batches = new ShardBatches(plan, shard, epoch);
        for (int step = 0; step < batches.steps(); step++) {
          MultiDataSet batch = batches.batch(step).data();
          fused.fit(batch.getFeatures(0), batch.getLabels(0));
        }
        graph.incrementEpochCount();
      }
    }
  }

  /** Returns consecutive images in shards of given sizes, on Spark. */
  static Shards shards(int... sizes) {
    return Shards.of(SharedSpark.context().parallelize(packed(sizes), sizes.length));
  }
}
