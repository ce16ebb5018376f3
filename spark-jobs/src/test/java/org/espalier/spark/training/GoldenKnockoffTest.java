package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.Part;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;
import org.espalier.prune.scop.Derangement;
import org.espalier.prune.scop.PrunedLayer;
import org.espalier.prune.scop.Scop;
import org.espalier.prune.scop.ScopConfiguration;
import org.espalier.spark.SharedSpark;
import org.espalier.testing.RealData;
import org.espalier.weights.SafeTensors;
import org.espalier.weights.Tensor;
import org.espalier.weights.WeightsFile;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Five steps of the knockoff stage on a pretrained ResNet-20 through Spark, with one worker,
 * against an independent implementation in PyTorch.
 */
@Tag("slow")
class GoldenKnockoffTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int BATCH = 64;
  private static final int STEPS = 5;

  private static Path real(String name) {
    return new Path(RealData.path(name).toUri());
  }

  private static double[] golden(Map<String, Tensor> values, String name) {
    return values.get(name).toINDArray().ravel().toDoubleVector();
  }

  @Test
  void oneWorkerLearnsTheGoldenFactors() throws IOException {
    Map<String, Tensor> golden = SafeTensors.read(real("golden/resnet20-scop.safetensors"), HADOOP);
    ComputationGraph network =
        WeightsFile.load(
            real("pretrained/resnet20-12fca82f.safetensors"),
            HADOOP,
            CifarResNet.builder(20).build());
    ImageSet images =
        Datasets.open(
                DataSpec.of("cifar10", real("cifar10-lossless").toString()), Part.TRAIN, HADOOP)
            .first(BATCH * STEPS);
    Scop scop = new Scop(ScopConfiguration.official(0.45, 1), Derangement.shiftedBy(1));
    TrainingPlan plan =
        TrainingPlan.of(
                "knockoff",
                1,
                BATCH,
                1,
                ImagePipeline.evaluation(Normalization.IMAGENET),
                images.classNames().size())
            .withAdapter(scop.batches())
            .inOrder();
    List<Double> losses = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void segment(SegmentReport report) {
            losses.add(report.loss());
          }
        };

    ComputationGraph trained;
    try (Shards shards = Shards.contiguous(SharedSpark.context(), images, 1)) {
      trained =
          AveragingTrainer.builder(SharedSpark.context())
              .interval(1)
              .build()
              .train(TrainingState.begin(scop.apply(network)), shards, plan, progress)
              .toGraph();
    }

    double[] goldenLosses = golden(golden, "losses");
    assertThat(losses).hasSize(STEPS);
    for (int step = 0; step < STEPS; step++) {
      assertThat(losses.get(step)).isCloseTo(goldenLosses[step], within(1e-3));
    }
    List<PrunedLayer> layers = scop.select(trained);
    assertThat(layers).hasSize(18);
    int channels = 0;
    int agreeing = 0;
    for (PrunedLayer layer : layers) {
      double[] factors = golden(golden, "factor." + layer.name());
      double[] firstGradient = golden(golden, "grad." + layer.name());
      double largest = Arrays.stream(firstGradient).map(Math::abs).max().getAsDouble();
      for (int c = 0; c < factors.length; c++) {
        channels++;
        boolean isClose = Math.abs(layer.factors()[c] - factors[c]) <= 2e-4;
        agreeing += isClose ? 1 : 0;
        // Adam's steps are the gradient's sign at first, which rounding decides near zero.
        assertThat(isClose || Math.abs(firstGradient[c]) < 0.05 * largest)
            .as("%s[%d]: %s, golden %s", layer.name(), c, layer.factors()[c], factors[c])
            .isTrue();
      }
      assertThat(Arrays.stream(layer.kept()).asDoubleStream().toArray())
          .as(layer.name())
          .isEqualTo(golden(golden, "kept." + layer.name()));
    }
    assertThat(agreeing / (double) channels).isGreaterThan(0.99);
  }
}
