package org.espalier.spark.search;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.search.Candidate;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Fitness;
import org.espalier.search.Search;
import org.espalier.search.SearchListener;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.colony.Mode;
import org.espalier.search.structure.SearchedGroups;
import org.espalier.search.structure.Structures;
import org.espalier.spark.training.TinyData;
import org.nd4j.linalg.learning.config.Sgd;

/** A search of structures small enough to train in a blink. */
final class TinySearch {
  static final InputType INPUT =
      InputType.convolutional(
          TinyData.SHAPE.height(),
          TinyData.SHAPE.width(),
          TinyData.SHAPE.channels(),
          CNN2DFormat.NHWC);
  static final CandidateImages IMAGES =
      CandidateImages.of(
          TinyData.images(160).subList(0, 120),
          TinyData.images(160).subList(120, 160),
          TinyData.CLASSES);
  static final Fidelity TRAINED = Fidelity.trained(2, 0.1).inBatchesOf(24).with(0.9, 1e-4);

  private TinySearch() {}

  /** Returns a network of two residual blocks; three groups of channels can be searched. */
  static ComputationGraph base() {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(INPUT)
            .addLayer("conv", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), "in")
            .addLayer("bn", BatchNorm.builder().relu(true).build(), "conv");
    String last = "bn";
    for (String block : List.of("a", "b")) {
      graph
          .addLayer(block + "1", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), last)
          .addLayer(block + "1bn", BatchNorm.builder().relu(true).build(), block + "1")
          .addLayer(
              block + "2", Convolution.builder(3, 3).nOut(8).padding(1, 1).build(), block + "1bn")
          .addLayer(block + "2bn", BatchNorm.builder().build(), block + "2")
          .addVertex(block + "sum", new ResidualSum(true), block + "2bn", last);
      last = block + "sum";
    }
    graph
        .addLayer("pool", GlobalAveragePooling.builder().build(), last)
        .addLayer("out", Output.builder().nOut(TinyData.CLASSES).build(), "pool")
        .setOutputs("out");
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  static Structures structures(ComputationGraph base) {
    Structures inside = Structures.of(base, INPUT);
    return inside.searching(SearchedGroups.each(inside.groups()));
  }

  static SparkEvaluator.Builder evaluator(JavaSparkContext sc) {
    return evaluator(sc, base -> structures(base)::network);
  }

  static SparkEvaluator.Builder evaluator(JavaSparkContext sc, CandidateNetworks.Factory factory) {
    return SparkEvaluator.builder(sc, base(), factory)
        .images(IMAGES, TinyData.AUGMENTED, TinyData.PLAIN)
        .fidelity(TRAINED);
  }

  static Candidate candidate(int index) {
    return new Candidate(
        index, Code.of(1 + index % 9, 9 - index % 7, 1 + index % 5), 0, 1000 + index, index);
  }

  /** Returns what a candidate is worth, found out without Spark. */
  static Fitness alone(Candidate candidate, Fidelity fidelity) {
    return new Judging(TinyData.AUGMENTED, TinyData.PLAIN)
        .judge(
            structures(base()).network(candidate.code(), candidate.seed()),
            IMAGES,
            fidelity,
            candidate.seed(),
            () -> {});
  }

  /** Returns the fitnesses of the first candidates, all submitted at once. */
  static List<Fitness> submitted(SparkEvaluator evaluator, List<Candidate> candidates) {
    List<CompletableFuture<Fitness>> stages =
        candidates.stream().map(each -> evaluator.submit(each).toCompletableFuture()).toList();
    return stages.stream().map(CompletableFuture::join).toList();
  }

  /** Searches, and returns what was found. */
  static Map<Long, String> searched(SparkEvaluator evaluator, Mode mode)
      throws InterruptedException {
    return found(
        Search.of(
                structures(base()).space(),
                BeeColony.standard().withSize(4, 2, 2).with(mode),
                evaluator)
            .seed(3)
            .cost("MACs", code -> structures(base()).cost(code).macs()));
  }

  /** Runs a search, and returns each evaluation's code and exact fitness by its index. */
  static Map<Long, String> found(Search search) throws InterruptedException {
    Map<Long, String> found = new TreeMap<>();
    search
        .listener(
            new SearchListener() {
              @Override
              public void ended(Evaluation evaluation, org.espalier.search.Progress progress) {
                found.put(evaluation.index(), evaluation.code() + " " + evaluation.value());
              }
            })
        .run();
    return found;
  }
}
