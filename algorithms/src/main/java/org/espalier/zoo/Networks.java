package org.espalier.zoo;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** The networks by name, for configuration files. */
public final class Networks {
  private static final String LENET5 = "lenet5";
  private static final String RESNET = "resnet";
  private static final String MOBILENET_V2 = "mobilenetv2";
  private static final String DENSENET = "densenet100";
  private static final int DENSENET_DEPTH = 100;
  private static final int DENSENET_GROWTH = 12;
  private static final double DENSENET_COMPRESSION = 0.5;

  private Networks() {}

  /** The names, in the order in which they are shown to a user. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(LENET5);
    CifarResNet.DEPTHS.forEach(depth -> names.add(RESNET + depth));
    ImageNetResNet.DEPTHS.forEach(depth -> names.add(RESNET + depth));
    names.add(MOBILENET_V2);
    names.add(DENSENET);
    return List.copyOf(names);
  }

  /**
   * A network's configuration. MobileNetV2 is of width 1, with strides for the images' size; {@code
   * densenet100} is DenseNet-BC with growth rate 12.
   *
   * @param name one of {@link #names()}
   * @param options what to build it with
   * @throws IllegalArgumentException where no network has that name; the message lists those there
   *     are
   */
  public static ComputationGraphConfiguration named(String name, NetworkOptions options) {
    NetworkOptions.require(
        names().contains(name), "the known networks are " + String.join(", ", names()), name);
    return switch (name) {
      case LENET5 -> LeNet5.configuration(options);
      case MOBILENET_V2 -> MobileNetV2.configuration(1, MobileNetV2.Strides.of(options), options);
      case DENSENET ->
          DenseNet.configuration(DENSENET_DEPTH, DENSENET_GROWTH, DENSENET_COMPRESSION, options);
      default -> resNet(Integer.parseInt(name.substring(RESNET.length())), options);
    };
  }

  private static ComputationGraphConfiguration resNet(int depth, NetworkOptions options) {
    return CifarResNet.DEPTHS.contains(depth)
        ? CifarResNet.configuration(depth, options)
        : ImageNetResNet.configuration(depth, options);
  }
}
