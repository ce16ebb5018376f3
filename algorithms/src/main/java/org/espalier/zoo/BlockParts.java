package org.espalier.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.PaddedShortcut;

/** The parts that residual blocks are made of. */
final class BlockParts {
  private BlockParts() {}

  /**
   * Adds a square convolution without bias, padded to keep the map's size at stride 1, and its
   * batch normalisation.
   *
   * @param prefix what stands before the names, such as {@code layer1.0.}; may be empty
   * @param number the number after {@code conv} and {@code bn}
   * @return the batch normalisation's name
   */
  static String unit(
      GraphBuilder graph,
      String prefix,
      int number,
      String input,
      int nIn,
      int nOut,
      int kernel,
      int stride,
      boolean relu) {
    return unit(
        graph,
        prefix + "conv" + number,
        prefix + "bn" + number,
        input,
        nIn,
        nOut,
        kernel,
        stride,
        relu);
  }

  private static String unit(
      GraphBuilder graph,
      String convolution,
      String normalization,
      String input,
      int nIn,
      int nOut,
      int kernel,
      int stride,
      boolean relu) {
    graph.addLayer(
        convolution,
        Convolution.builder(kernel, kernel)
            .nIn(nIn)
            .nOut(nOut)
            .stride(stride)
            .padding(kernel / 2)
            .inputGradient(!input.equals(NetworkOptions.INPUT))
            .build(),
        input);
    graph.addLayer(
        normalization, BatchNorm.builder().nIn(nOut).nOut(nOut).relu(relu).build(), convolution);
    return normalization;
  }

  /**
   * Adds what carries a block's input past the block, where the shape changes.
   *
   * @return the name of what the block adds its own output to
   */
  static String shortcut(
      GraphBuilder graph,
      String name,
      String input,
      int nIn,
      int nOut,
      int stride,
      Shortcut shortcut) {
    if (nIn == nOut && stride == 1) {
      return input;
    }
    String vertex = name + ".shortcut";
    return switch (shortcut) {
      case IDENTITY -> {
        NetworkOptions.require(
            nOut >= nIn,
            "an identity shortcut cannot drop channels: block " + name,
            nIn + " to " + nOut);
        int before = (nOut - nIn) / 2;
        graph.addLayer(
            vertex, PaddedShortcut.builder(stride, before, nOut - nIn - before).build(), input);
        yield vertex;
      }
      case CONVOLUTION -> {
        graph.addLayer(
            vertex, Convolution.builder(1, 1).nIn(nIn).nOut(nOut).stride(stride).build(), input);
        yield vertex;
      }
      case PROJECTION ->
          unit(
              graph,
              name + ".downsample.0",
              name + ".downsample.1",
              input,
              nIn,
              nOut,
              1,
              stride,
              false);
    };
  }
}
