package org.espalier.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.espalier.nn.ResidualSum;

/**
 * The residual block of two 3x3 convolutions.
 *
 * <p>Vertices {@code conv1}, {@code bn1} (with ReLU), {@code conv2}, {@code bn2}, {@code shortcut}
 * (or {@code downsample.0} and {@code downsample.1}) where the shape changes, {@code add} (with
 * ReLU), each behind the block's name and a dot. He et al., <a
 * href="https://arxiv.org/abs/1512.03385">Deep Residual Learning</a>, figure 5 left.
 */
public final class BasicBlock {
  private BasicBlock() {}

  /**
   * Adds a block to a graph.
   *
   * @param graph a graph under construction
   * @param name the block's name
   * @param input the vertex that the block takes, with {@code nIn} channels
   * @param nIn channels that come in
   * @param nOut channels of both convolutions and of the result
   * @param stride the first convolution's stride
   * @param shortcut how the input is carried past a change of shape
   * @return the name of the block's last vertex
   */
  public static String add(
      GraphBuilder graph,
      String name,
      String input,
      int nIn,
      int nOut,
      int stride,
      Shortcut shortcut) {
    String prefix = name + ".";
    String first = BlockParts.unit(graph, prefix, 1, input, nIn, nOut, 3, stride, true);
    String second = BlockParts.unit(graph, prefix, 2, first, nOut, nOut, 3, 1, false);
    String carried = BlockParts.shortcut(graph, name, input, nIn, nOut, stride, shortcut);
    graph.addVertex(prefix + "add", new ResidualSum(true), second, carried);
    return prefix + "add";
  }
}
