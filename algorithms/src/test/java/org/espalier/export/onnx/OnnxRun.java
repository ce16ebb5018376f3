package org.espalier.export.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs models on ONNX Runtime, on one thread. */
final class OnnxRun {
  private OnnxRun() {}

  /**
   * Runs a model of one input and one output.
   *
   * @param images [N, C, H, W]
   */
  static INDArray run(byte[] model, INDArray images) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(model, options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(Floats.of(images)), images.shape());
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      FloatBuffer numbers = output.getFloatBuffer();
      float[] values = new float[numbers.remaining()];
      numbers.get(values);
      return Nd4j.createFromArray(values).reshape('c', output.getInfo().getShape());
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime does not run the model: " + e.getMessage(), e);
    }
  }

  /**
   * The operators that a model has when ONNX Runtime has optimised it.
   *
   * @param folder an empty folder
   */
  static List<String> optimizedOperators(byte[] model, Path folder) {
    Path optimized = folder.resolve("optimized.onnx");
    try (OrtSession.SessionOptions options = options()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
      options.setOptimizedModelFilePath(optimized.toString());
      OrtEnvironment.getEnvironment().createSession(model, options).close();
      return ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList().stream()
          .map(NodeProto::getOpType)
          .toList();
    } catch (OrtException | IOException e) {
      throw new AssertionError("ONNX Runtime does not take the model: " + e.getMessage(), e);
    }
  }

  /**
   * Whether networks are compiled on this machine and ONNX Runtime rounds sums of codes as they do,
   * as it does on x86.
   */
  static boolean roundsAsCompiled() {
    return OneDnn.serves(DataType.FLOAT)
        && List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  /** Settings for tests: one thread, warnings unsaid. */
  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }
}
