package org.espalier.jobs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.apache.commons.io.output.CountingOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.data.ImageShape;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.graph.Cost;
import org.espalier.graph.Latency;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.EvaluationConfig;
import org.espalier.jobs.report.Measurement;
import org.espalier.spark.training.DistributedEvaluation;
import org.espalier.spark.training.Evaluation;
import org.espalier.spark.training.Shards;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Measures networks on a job's test images: accuracy on the executors, the rest on the driver. */
final class Measuring {
  private final JavaSparkContext spark;
  private final Shards test;
  private final ImageShape shape;
  private final ImagePipeline pipeline;
  private final EvaluationConfig config;
  private final String name;
  private final UnaryOperator<ComputationGraph> view;

  private Measuring(
      JavaSparkContext spark,
      Shards test,
      ImageShape shape,
      ImagePipeline pipeline,
      EvaluationConfig config,
      String name,
      UnaryOperator<ComputationGraph> view) {
    this.spark = spark;
    this.test = test;
    this.shape = shape;
    this.pipeline = pipeline;
    this.config = config;
    this.name = name;
    this.view = view;
  }

  /**
   * Measures on a job's test images.
   *
   * @param images what they are
   * @param test the same, in the executors' memory
   */
  static Measuring of(
      JobContext context, Images images, Shards test, DataConfig data, EvaluationConfig config) {
    return new Measuring(
        context.sparkContext(),
        test,
        images.set().shape(),
        images.evaluation(data),
        config,
        "test",
        UnaryOperator.identity());
  }

  /** Returns the same on images of another name than {@code test}. */
  Measuring named(String other) {
    return new Measuring(spark, test, shape, pipeline, config, other, view);
  }

  /** Returns the same, but that another network is judged in the place of one. */
  Measuring seeing(UnaryOperator<ComputationGraph> other) {
    return new Measuring(spark, test, shape, pipeline, config, name, other);
  }

  /** Returns what the images are called. */
  String name() {
    return name;
  }

  /** Returns how well a network predicts the test images. */
  Evaluation accuracy(ComputationGraph graph) {
    return DistributedEvaluation.evaluate(spark, view.apply(graph), test, pipeline, config.batch());
  }

  /** Returns all there is to say about a network in numbers. */
  Measurement measure(ComputationGraph graph) throws IOException {
    return accuracyAndCost(graph).withLatency(latencies(graph)[0]);
  }

  /** Returns the same but for the latency. */
  Measurement accuracyAndCost(ComputationGraph graph) throws IOException {
    Evaluation accuracy = accuracy(graph);
    Cost cost = cost(graph);
    return new Measurement(
        accuracy.top1(), accuracy.top5(), cost.parameters(), cost.macs(), size(graph), Double.NaN);
  }

  /** Returns parameters and multiply-accumulates, in total and by layer. */
  Cost cost(ComputationGraph graph) {
    return Cost.of(graph, Images.inputType(shape));
  }

  /** Returns the size of the file that holds the network, without its updater's state. */
  static long size(ComputationGraph graph) throws IOException {
    try (CountingOutputStream out = new CountingOutputStream(OutputStream.nullOutputStream())) {
      ModelSerializer.writeModel(graph, out, false);
      return out.getByteCount();
    }
  }

  /**
   * Returns the median time that one image takes on one thread in each network, in milliseconds, or
   * NaN where not measured.
   */
  double[] latencies(ComputationGraph... graphs) {
    if (config.latencyRuns() == 0) {
      return DoubleStream.generate(() -> Double.NaN).limit(graphs.length).toArray();
    }
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, shape.height(), shape.width(), shape.channels());
    return Latency.mediansMillis(List.of(graphs), image, 1, config.latencyRuns());
  }
}
