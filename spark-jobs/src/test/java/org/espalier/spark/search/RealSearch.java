package org.espalier.spark.search;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.HoldOut;
import org.espalier.data.Part;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;
import org.espalier.search.CostLimit;
import org.espalier.search.Finalists;
import org.espalier.search.Search;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.colony.Mode;
import org.espalier.search.structure.Structures;
import org.espalier.search.structure.Widths;
import org.espalier.testing.RealData;
import org.espalier.weights.WeightsFile;
import org.espalier.zoo.CifarResNet;

/** A search within a pretrained ResNet-20, on few images of CIFAR-10. */
final class RealSearch {
  private static final Configuration HADOOP = new Configuration();
  private static final int IMAGES = 160;
  private static final int HELD_OUT = 64;

  private final ComputationGraph base;
  private final CandidateImages images;

  private RealSearch(ComputationGraph base, CandidateImages images) {
    this.base = base;
    this.images = images;
  }

  /** Reads network and images; skips the calling test where they are absent. */
  static RealSearch open() throws IOException {
    ComputationGraph base =
        WeightsFile.load(
            real("pretrained/resnet20-12fca82f.safetensors"),
            HADOOP,
            CifarResNet.builder(20).build());
    HoldOut parts =
        HoldOut.of(
            Datasets.open(
                    DataSpec.of("cifar10", real("cifar10-lossless").toString()), Part.TRAIN, HADOOP)
                .first(IMAGES),
            HELD_OUT,
            1);
    return new RealSearch(base, CandidateImages.read(parts.rest(), parts.heldOut(), HADOOP));
  }

  private static Path real(String name) {
    return new Path(RealData.path(name).toUri());
  }

  private static Structures structures(ComputationGraph base) {
    return Structures.of(base, InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC))
        .with(Widths.tenths(9));
  }

  /** Begins an evaluator: an epoch on a third of the images, then recalibration. */
  SparkEvaluator.Builder evaluator(JavaSparkContext sc) {
    return SparkEvaluator.builder(sc, base, network -> structures(network)::network)
        .images(
            images,
            ImagePipeline.train(4, true, Normalization.IMAGENET),
            ImagePipeline.evaluation(Normalization.IMAGENET))
        .fidelity(Fidelity.trained(1, 0.01).onShare(1.0 / 3).inBatchesOf(16).recalibrating(32));
  }

  /** Returns a search of at most 60 % of the greatest structure's multiply-accumulates. */
  Search search(SparkEvaluator evaluator, Mode mode) {
    Structures structures = structures(base);
    double greatest = structures.cost(structures.space().mostCode()).macs();
    return Search.of(
            structures.space(), BeeColony.standard().withSize(3, 2, 2).with(mode), evaluator)
        .seed(11)
        .cost("MACs", code -> structures.cost(code).macs())
        .limit(new CostLimit(0.6 * greatest, CostLimit.Handling.REPAIR))
        .finalists(new Finalists(2, 1));
  }
}
