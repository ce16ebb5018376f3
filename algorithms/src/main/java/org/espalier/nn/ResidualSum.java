package org.espalier.nn;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** The sum of two or more inputs of one shape, with an optional ReLU fused in. */
public class ResidualSum extends GraphVertex {
  private static final long serialVersionUID = 1L;

  @JsonProperty("relu")
  private final boolean relu;

  /**
   * A sum.
   *
   * @param relu whether negative sums become zero
   */
  public ResidualSum(@JsonProperty("relu") boolean relu) {
    this.relu = relu;
  }

  /** Whether negative sums become zero. */
  public boolean isRelu() {
    return relu;
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public ResidualSum clone() {
    return new ResidualSum(relu);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResidualSum that && relu == that.relu;
  }

  @Override
  public int hashCode() {
    return Boolean.hashCode(relu);
  }

  @Override
  public String toString() {
    return "ResidualSum(relu=" + relu + ")";
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    return new ResidualSumRuntime(graph, name, index, relu, dataType);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... inputs) {
    for (InputType input : inputs) {
      if (!input.equals(inputs[0])) {
        throw new IllegalArgumentException(
            "Cannot build a residual sum: its inputs must have one shape ("
                + Arrays.toString(inputs)
                + ")");
      }
    }
    return inputs[0];
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return new ElementWiseVertex(ElementWiseVertex.Op.Add).getMemoryReport(inputs);
  }
}
