package org.espalier.zoo;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** The networks by name, for configuration files. */
public final class Networks {
  private static final String LENET5 = "lenet5";
  private static final String RESNET = "resnet";

  private Networks() {}

  /** The names, in the order in which they are shown to a user. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(LENET5);
    CifarResNet.DEPTHS.forEach(depth -> names.add(RESNET + depth));
    ImageNetResNet.DEPTHS.forEach(depth -> names.add(RESNET + depth));
    return List.copyOf(names);
  }

  /**
   * A network's configuration.
   *
   * @param name one of {@link #names()}
   * @param options what to build it with
   * @throws IllegalArgumentException where no network has that name; the message lists those there
   *     are
   */
  public static ComputationGraphConfiguration named(String name, NetworkOptions options) {
    NetworkOptions.require(
        names().contains(name), "the known networks are " + String.join(", ", names()), name);
    if (name.equals(LENET5)) {
      return LeNet5.configuration(options);
    }
    int depth = Integer.parseInt(name.substring(RESNET.length()));
    return CifarResNet.DEPTHS.contains(depth)
        ? CifarResNet.configuration(depth, options)
        : ImageNetResNet.configuration(depth, options);
  }
}
