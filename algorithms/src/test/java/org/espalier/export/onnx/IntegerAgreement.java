package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.graph.Predictor;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.network.QuantizedNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far what ONNX Runtime computes of an integer model is from what its network computes: layer
 * by layer in codes, from each rounded activation to the next, both starting with ONNX Runtime's;
 * and at the output, from the images on, compiled where the network can be.
 */
final class IntegerAgreement implements AutoCloseable {
  private final ComputationGraph network;
  private final Map<String, Quantization> grids;
  private final Map<String, String> codes = new LinkedHashMap<>();
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, long[]> apart = new LinkedHashMap<>();
  private final Predictor predictor;
  private double farthest;
  private long images;
  private long sameClass;

  /**
   * Nothing is compared yet.
   *
   * @param network the network in deployment form
   * @param model what it was exported to
   */
  IntegerAgreement(ComputationGraph network, byte[] model) throws OrtException, IOException {
    this.network = network;
    this.predictor = new Predictor(network, 1);
    this.grids = QuantizedNetwork.of(network).activations();
    ModelProto.Builder shown = ModelProto.parseFrom(model).toBuilder();
    for (NodeProto node : shown.getGraph().getNodeList()) {
      if (node.getOpType().equals("DequantizeLinear") && grids.containsKey(node.getOutput(0))) {
        codes.put(node.getOutput(0), node.getInput(0));
        shown
            .getGraphBuilder()
            .addOutputBuilder()
            .setName(node.getInput(0))
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .setElemType(TensorProto.DataType.UINT8.getNumber());
      }
    }
    assertThat(codes).isNotEmpty();
    try (OrtSession.SessionOptions options = OnnxRun.options()) {
      this.session = environment.createSession(shown.build().toByteArray(), options);
    }
  }

  /** Compares codes and outputs for images [N, H, W, C]. */
  void compare(INDArray batch) throws OrtException {
    compare(batch, true);
  }

  /** Compares outputs alone for images [N, H, W, C]. */
  void compareOutputs(INDArray batch) throws OrtException {
    compare(batch, false);
  }

  private void compare(INDArray batch, boolean steps) throws OrtException {
    INDArray given = batch.permute(0, 3, 1, 2).dup('c');
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(Floats.of(given)), given.shape());
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      if (steps) {
        compareSteps(batch, result);
      }
      String output = network.getConfiguration().getNetworkOutputs().get(0);
      OnnxTensor actual = (OnnxTensor) result.get(output).orElseThrow();
      compareOutputs(predictor.probabilities(batch), actual.getFloatBuffer());
    }
  }

  private void compareSteps(INDArray batch, OrtSession.Result result) {
    Map<String, INDArray> values = new HashMap<>();
    values.put(network.getConfiguration().getNetworkInputs().get(0), batch);
    network.setInput(0, batch);
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      if (vertex.isInputVertex()) {
        continue;
      }
      String name = vertex.getVertexName();
      List<String> sources = network.getConfiguration().getVertexInputs().get(name);
      for (int i = 0; i < sources.size(); i++) {
        vertex.setInput(i, values.get(sources.get(i)).dup('c'), LayerWorkspaceMgr.noWorkspaces());
      }
      INDArray made = vertex.doForward(false, LayerWorkspaceMgr.noWorkspaces());
      vertex.clear();
      if (codes.containsKey(name)) {
        OnnxTensor actual = (OnnxTensor) result.get(codes.get(name)).orElseThrow();
        made = compareCodes(name, made, actual.getByteBuffer());
      }
      values.put(name, made);
    }
  }

  /** Compares, and returns what the actual codes stand for. */
  private INDArray compareCodes(String name, INDArray expected, ByteBuffer actual) {
    Quantization grid = grids.get(name);
    int up = grid.unsignedOffset();
    INDArray inOrder = expected.rank() == 4 ? expected.permute(0, 3, 1, 2) : expected;
    float[] values = Floats.of(inOrder);
    assertThat(actual.remaining()).isEqualTo(values.length);
    long[] counts = apart.computeIfAbsent(name, key -> new long[3]);
    for (int i = 0; i < values.length; i++) {
      int code = (actual.get() & 0xff) - up;
      counts[Math.min(2, Math.abs(code - grid.code(values[i])))]++;
      values[i] = grid.value(code);
    }
    INDArray taken = Nd4j.createFromArray(values).reshape('c', inOrder.shape());
    return expected.rank() == 4 ? taken.permute(0, 2, 3, 1).dup('c') : taken;
  }

  private void compareOutputs(INDArray expected, FloatBuffer actual) {
    float[] numbers = new float[actual.remaining()];
    actual.get(numbers);
    INDArray theirs = Nd4j.createFromArray(numbers).reshape('c', expected.shape());
    float[] ours = Floats.of(expected);
    for (int i = 0; i < numbers.length; i++) {
      farthest = Math.max(farthest, Math.abs(numbers[i] - ours[i]));
    }
    images += expected.size(0);
    sameClass +=
        theirs.argMax(1).eq(expected.argMax(1)).castTo(theirs.dataType()).sumNumber().longValue();
  }

  /** The share of equal codes, of the activation that has the fewest. */
  double leastShareOfEqualCodes() {
    return apart.values().stream()
        .mapToDouble(counts -> (double) counts[0] / (counts[0] + counts[1] + counts[2]))
        .min()
        .orElseThrow();
  }

  /**
   * The greatest distance of two outputs: one of the last digits of float32 where all codes on the
   * way are the same.
   */
  double farthestOutput() {
    return farthest;
  }

  /** How many images get another class. */
  long otherClasses() {
    return images - sameClass;
  }

  @Override
  public void close() throws OrtException {
    predictor.close();
    session.close();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    apart.forEach(
        (name, counts) ->
            text.append(
                "%s: %d equal, %d one apart, %d more%n"
                    .formatted(name, counts[0], counts[1], counts[2])));
    return text.append(
            "outputs: %g apart at most; %d of %d images with the same class"
                .formatted(farthest, sameClass, images))
        .toString();
  }
}
