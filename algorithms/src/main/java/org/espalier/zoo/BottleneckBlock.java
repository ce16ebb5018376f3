package org.espalier.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.espalier.nn.ResidualSum;

/**
 * The residual block of a 1x1, a 3x3 and a 1x1 convolution, the last one {@value #EXPANSION} times
 * as wide.
 *
 * <p>Vertices {@code conv1}, {@code bn1}, {@code conv2}, {@code bn2} (with ReLU), {@code conv3},
 * {@code bn3}, {@code shortcut} (or {@code downsample.0} and {@code downsample.1}) where the shape
 * changes, {@code add} (with ReLU), each behind the block's name and a dot. The stride is the 3x3
 * convolution's. He et al., <a href="https://arxiv.org/abs/1512.03385">Deep Residual Learning</a>,
 * figure 5 right.
 */
public final class BottleneckBlock {
  /** How many times as wide as the inner convolutions the result is. */
  public static final int EXPANSION = 4;

  private BottleneckBlock() {}

  /**
   * Adds a block to a graph.
   *
   * @param graph a graph under construction
   * @param name the block's name
   * @param input the vertex that the block takes, with {@code nIn} channels
   * @param nIn channels that come in
   * @param width channels of the inner convolutions; the result has {@value #EXPANSION} times as
   *     many
   * @param stride the 3x3 convolution's stride
   * @param shortcut how the input is carried past a change of shape
   * @return the name of the block's last vertex
   */
  public static String add(
      GraphBuilder graph,
      String name,
      String input,
      int nIn,
      int width,
      int stride,
      Shortcut shortcut) {
    String prefix = name + ".";
    int nOut = EXPANSION * width;
    String first = BlockParts.unit(graph, prefix, 1, input, nIn, width, 1, 1, true);
    String second = BlockParts.unit(graph, prefix, 2, first, width, width, 3, stride, true);
    String third = BlockParts.unit(graph, prefix, 3, second, width, nOut, 1, 1, false);
    String carried = BlockParts.shortcut(graph, name, input, nIn, nOut, stride, shortcut);
    graph.addVertex(prefix + "add", new ResidualSum(true), third, carried);
    return prefix + "add";
  }
}
