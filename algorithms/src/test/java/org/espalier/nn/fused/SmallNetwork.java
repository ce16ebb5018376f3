package org.espalier.nn.fused;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.Convolution;
import org.espalier.nn.Dense;
import org.espalier.nn.Frozen;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.Pooling;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks on images of 8x10x3, one for each thing that a compiler may stumble over. */
enum SmallNetwork {
  /** Basic blocks as in a ResNet: identity, padded shortcut, 1x1 convolution. */
  RESIDUAL(
      s -> {
        String at = s.unit(Sketch.IMAGES, 4, 1);
        at = s.sum(true, s.norm(s.convolution(s.unit(at, 4, 1), 4, 3, 1), false), at);
        String padded = s.layer(at, PaddedShortcut.builder(2, 1, 3).build());
        at = s.sum(true, s.norm(s.convolution(s.unit(at, 8, 2), 8, 3, 1), false), padded);
        String projected = s.norm(s.convolution(at, 16, 1, 2), false);
        at = s.sum(true, s.norm(s.convolution(s.unit(at, 16, 2), 16, 3, 1), false), projected);
        return s.pool(at);
      }),
  /** Channel numbers that fill no vector register. */
  ODD_CHANNELS(s -> s.pool(s.unit(s.unit(s.unit(Sketch.IMAGES, 9, 1), 18, 2), 9, 1))),
  MASK(s -> s.pool(s.unit(s.layer(s.unit(Sketch.IMAGES, 6, 1), mask(6, 0, 2, 5)), 4, 1))),
  MASKED_SUM(
      s -> {
        String at = s.unit(Sketch.IMAGES, 6, 1);
        String masked = s.layer(s.norm(s.convolution(at, 6, 3, 1), false), mask(6, 1, 3));
        return s.pool(s.sum(true, masked, at));
      }),
  SCATTER(
      s -> {
        String at = s.unit(Sketch.IMAGES, 6, 1);
        String slim = s.norm(s.convolution(at, 3, 3, 1), false);
        return s.pool(s.sum(true, s.layer(slim, new ChannelScatter(6, 4, 0, 3)), at));
      }),
  AVERAGE_POOLING(
      s -> {
        String at = s.layer(s.unit(Sketch.IMAGES, 5, 1), Pooling.average(2, 2).stride(2).build());
        at = s.layer(s.unit(at, 6, 1), Pooling.average(3, 3).stride(1).padding(1).build());
        return s.pool(s.unit(at, 4, 1));
      }),
  MAX_POOLING(
      s -> {
        String at =
            s.layer(s.unit(Sketch.IMAGES, 5, 1), Pooling.max(3, 3).stride(2).padding(1).build());
        return s.pool(s.unit(at, 4, 1));
      }),
  /** Below the frozen convolution something learns, and so it does above. */
  FROZEN_CONVOLUTION(
      s -> {
        Convolution frozen = Convolution.builder(3, 3).nOut(6).padding(1).build();
        return s.pool(s.norm(s.layer(s.unit(Sketch.IMAGES, 4, 1), freeze(frozen)), true));
      }),
  FROZEN_NORM(
      s -> {
        BatchNorm frozen = BatchNorm.builder().relu(true).build();
        String at = s.layer(s.convolution(Sketch.IMAGES, 4, 3, 1), freeze(frozen));
        return s.pool(s.unit(at, 5, 1));
      }),
  /** Nothing learns in the lower half. */
  FROZEN_BELOW(
      s -> {
        String at =
            s.layer(
                Sketch.IMAGES,
                freeze(Convolution.builder(3, 3).nOut(4).inputGradient(false).build()));
        at = s.layer(at, freeze(BatchNorm.builder().relu(true).build()));
        return s.pool(s.unit(at, 5, 1));
      }),
  /** Only the classifier learns. */
  FROZEN_ALL(
      s -> {
        String at =
            s.layer(
                Sketch.IMAGES,
                freeze(Convolution.builder(3, 3).nOut(4).inputGradient(false).build()));
        return s.pool(s.layer(at, freeze(BatchNorm.builder().relu(true).build())));
      }),
  NORM_WITHOUT_RELU(
      s -> {
        String at = s.norm(s.convolution(Sketch.IMAGES, 4, 3, 1), false);
        return s.pool(s.unit(at, 5, 1));
      }),
  SUM_WITHOUT_RELU(
      s -> {
        String at = s.unit(Sketch.IMAGES, 4, 1);
        at = s.sum(false, s.norm(s.convolution(at, 4, 3, 1), false), at);
        return s.pool(s.unit(at, 4, 1));
      }),
  SUM_OF_THREE(
      s -> {
        String at = s.unit(Sketch.IMAGES, 4, 1);
        String first = s.norm(s.convolution(at, 4, 3, 1), false);
        String second = s.norm(s.convolution(at, 4, 1, 1), false);
        return s.pool(s.sum(true, first, second, at));
      }),
  /** Blocks with the activations first. */
  NORM_BEHIND_SUM(
      s -> {
        String at = s.convolution(Sketch.IMAGES, 4, 3, 1);
        at = s.sum(false, s.convolution(s.norm(at, true), 4, 3, 1), at);
        at = s.sum(false, s.convolution(s.norm(at, true), 4, 3, 1), at);
        return s.pool(s.norm(at, true));
      }),
  /** A normalisation with ReLU that three vertices read, in different phases. */
  READ_BY_THREE(
      s -> {
        String at = s.unit(Sketch.IMAGES, 4, 1);
        String near = s.norm(s.convolution(at, 4, 3, 1), false);
        String far = s.norm(s.convolution(s.unit(s.unit(at, 4, 1), 4, 1), 4, 3, 1), true);
        return s.pool(s.unit(s.sum(true, near, far, at), 4, 1));
      }),
  /** What a normalisation takes in is read by a sum too. */
  NORM_NOT_ALONE(
      s -> {
        String at = s.convolution(Sketch.IMAGES, 4, 3, 1);
        return s.pool(s.unit(s.sum(true, s.norm(at, true), at), 5, 1));
      }),
  TWO_NORMS(s -> s.pool(s.norm(s.norm(s.convolution(Sketch.IMAGES, 4, 3, 1), true), true))),
  CONVOLUTIONS_ALONE(s -> s.pool(s.convolution(s.convolution(Sketch.IMAGES, 4, 3, 1), 5, 3, 2))),
  NORM_OF_IMAGES(s -> s.pool(s.unit(s.norm(Sketch.IMAGES, false), 4, 1))),
  NORM_OF_FEATURES(s -> s.norm(s.pool(s.unit(Sketch.IMAGES, 4, 1)), true)),
  DILATED(
      s -> {
        Convolution dilated = Convolution.builder(3, 3).nOut(6).padding(2).dilation(2).build();
        return s.pool(s.norm(s.layer(s.unit(Sketch.IMAGES, 4, 1), dilated), true));
      }),
  STRIDED(
      s -> {
        String at = s.norm(s.convolution(Sketch.IMAGES, 4, 5, 2), true);
        Convolution strided = Convolution.builder(2, 3).nOut(6).stride(1, 3).build();
        return s.pool(s.norm(s.convolution(s.norm(s.layer(at, strided), true), 16, 1, 2), true));
      }),
  /** Updaters and weight decay that differ from layer to layer. */
  OWN_UPDATERS(
      s -> {
        Convolution first =
            Convolution.builder(3, 3).nOut(4).updater(new Nesterovs(0.02, 0.5)).l2(0.01).build();
        BatchNorm norm = BatchNorm.builder().relu(true).updater(new Sgd(0.2)).l2(0).build();
        Convolution last = Convolution.builder(3, 3).nOut(5).updater(new Sgd(0.03)).build();
        return s.pool(s.norm(s.layer(s.layer(s.layer(Sketch.IMAGES, first), norm), last), true));
      }),
  CLIPPED(
      s -> {
        Convolution clipped =
            Convolution.builder(3, 3)
                .nOut(4)
                .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                .gradientNormalizationThreshold(0.01)
                .build();
        return s.pool(s.norm(s.layer(Sketch.IMAGES, clipped), true));
      }),
  LASSO(
      s -> {
        Convolution sparse = Convolution.builder(3, 3).nOut(4).l1(0.01).build();
        return s.pool(s.norm(s.layer(Sketch.IMAGES, sparse), true));
      }),
  BIASED(
      s -> {
        String at = s.norm(s.layer(Sketch.IMAGES, biased(5, 1)), true);
        return s.pool(s.unit(s.layer(at, biased(16, 2)), 4, 1));
      }),
  /** ReLU at once, behind what moves numbers, and where a sum reads the numbers before it, too. */
  RECTIFIED(
      s -> {
        String at = s.relu(s.layer(Sketch.IMAGES, biased(4, 1)));
        at = s.relu(s.layer(s.convolution(at, 6, 3, 1), Pooling.max(2, 2).build()));
        String shared = s.layer(at, biased(6, 1));
        return s.pool(s.sum(false, s.relu(shared), shared));
      }),
  /** ReLU that no convolution can take in. */
  RECTIFIED_LATER(
      s -> {
        String at = s.unit(Sketch.IMAGES, 4, 1);
        at = s.relu(s.relu(s.sum(false, s.norm(s.convolution(at, 4, 3, 1), false), at)));
        return s.pool(s.convolution(s.relu(s.norm(at, false)), 5, 3, 1));
      }),
  /** Inverted residual blocks as in MobileNetV2. */
  DEPTHWISE(
      s -> {
        String at = s.relu6(s.norm(s.convolution(Sketch.IMAGES, 4, 3, 1), false));
        String wide = s.relu6(s.norm(s.convolution(at, 16, 1, 1), false));
        wide = s.relu6(s.norm(s.depthwise(wide, 3, 1, 1), false));
        at = s.sum(false, at, s.norm(s.convolution(wide, 4, 1, 1), false));
        return s.pool(s.relu6(s.norm(s.depthwise(at, 3, 2, 1), false)));
      }),
  /** Two outputs a channel, with a bias, and in an odd number. */
  DEPTHWISE_MULTIPLIED(
      s -> {
        String at = s.depthwise(Sketch.IMAGES, 3, 1, 2);
        at = s.relu(s.depthwise(s.norm(at, true), 5, 2, 3));
        return s.pool(s.unit(at, 5, 1));
      }),
  /** ReLU with a ceiling behind each other, a bias, pooling and a sum, and read twice. */
  CEILING(
      s -> {
        String at = s.relu6(s.layer(Sketch.IMAGES, biased(4, 1)));
        at = s.relu6(s.layer(s.convolution(at, 6, 3, 1), Pooling.max(2, 2).build()));
        String twice = s.relu(s.relu6(s.norm(s.layer(at, biased(6, 1)), true)));
        String sum = s.sum(true, s.relu6(s.convolution(twice, 6, 3, 1)), twice);
        return s.pool(s.relu6(sum));
      }),
  /** A dense block and a transition as in DenseNet. */
  CONCATENATED(
      s -> {
        String at = s.convolution(Sketch.IMAGES, 6, 3, 1);
        for (int layer = 0; layer < 3; layer++) {
          String grown = s.unit(s.norm(at, true), 5, 1);
          at = s.concatenate(at, s.convolution(grown, 3, 3, 1));
        }
        at = s.layer(s.convolution(s.norm(at, true), 7, 1, 1), Pooling.average(2, 2).build());
        at = s.concatenate(s.convolution(s.norm(at, true), 3, 3, 1), at);
        return s.pool(s.norm(at, true));
      }),
  /** Of images, and of one thing twice; some of it does not learn. */
  CONCATENATED_TWICE(
      s -> {
        String still = s.layer(Sketch.IMAGES, freeze(biased(4, 1)));
        String at = s.unit(Sketch.IMAGES, 4, 1);
        at = s.concatenate(Sketch.IMAGES, at, s.concatenate(still, at), at);
        return s.pool(s.unit(at, 5, 1));
      }),
  /** As LeNet-5. */
  DENSE(
      s -> {
        String at =
            s.relu(s.layer(s.layer(Sketch.IMAGES, biased(5, 1)), Pooling.max(2, 2).build()));
        at = s.layer(at, Dense.builder().nOut(9).activation(Activation.RELU).build());
        return s.layer(at, Dense.builder().nOut(16).build());
      }),
  DENSE_WITHOUT_BIAS(
      s -> {
        String at = s.pool(s.unit(Sketch.IMAGES, 5, 1));
        Dense dense = Dense.builder().nOut(7).hasBias(false).activation(Activation.RELU).build();
        return s.layer(at, dense);
      }),
  FROZEN_DENSE(
      s -> {
        String at = s.relu(s.layer(Sketch.IMAGES, freeze(biased(4, 1))));
        at = s.layer(at, Dense.builder().nOut(6).build());
        return s.layer(at, freeze(Dense.builder().nOut(8).activation(Activation.RELU).build()));
      }),
  /** Enough channels for oneDNN's kernels of whole registers. */
  WIDE(s -> s.pool(s.unit(s.unit(s.unit(Sketch.IMAGES, 16, 1), 32, 2), 16, 1)));

  static final int HEIGHT = 8;
  static final int WIDTH = 10;
  static final int CHANNELS = 3;

  /** Adds the network's vertices and returns the one that gives its features. */
  @SuppressWarnings("ImmutableEnumChecker") // None of the functions has a state.
  private final Function<Sketch, String> body;

  SmallNetwork(Function<Sketch, String> body) {
    this.body = body;
  }

  private static ChannelMask mask(int width, int... kept) {
    return new ChannelMask(width, kept);
  }

  private static Convolution biased(int out, int stride) {
    return Convolution.builder(3, 3).nOut(out).stride(stride).padding(1).hasBias(true).build();
  }

  private static <L extends BaseLayer> L freeze(L layer) {
    Frozen.freeze(layer);
    return layer;
  }

  /** The network with parameters of which none is left at its default. */
  ComputationGraph initialised(DataType type) {
    return initialised(type, new Sgd(0.1), 0);
  }

  ComputationGraph initialised(DataType type, IUpdater updater, double l2) {
    return Parameters.randomised(configuration(type, updater, l2));
  }

  private ComputationGraphConfiguration configuration(DataType type, IUpdater updater, double l2) {
    Sketch sketch =
        new Sketch(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .updater(updater.clone())
                .l2(l2)
                .l2Bias(l2)
                .graphBuilder()
                .addInputs(Sketch.IMAGES)
                .setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS, CNN2DFormat.NHWC)));
    return sketch.classify(body.apply(sketch));
  }

  /** Normal images and one-hot labels; the same in every data type. */
  static DataSet data(DataType type, long seed, int batch) {
    return data(type, seed, batch, HEIGHT, WIDTH, Sketch.CLASSES);
  }

  static DataSet data(DataType type, long seed, int batch, int height, int width, int classes) {
    Random random = new Random(seed);
    float[] values = new float[batch * height * width * CHANNELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    INDArray images = Nd4j.createFromArray(values).reshape('c', batch, height, width, CHANNELS);
    int[] chosen = new int[batch];
    Arrays.setAll(chosen, i -> random.nextInt(classes));
    INDArray labels = Nd4j.eye(classes).getRows(chosen);
    return new DataSet(images.castTo(type), labels.castTo(type));
  }
}
