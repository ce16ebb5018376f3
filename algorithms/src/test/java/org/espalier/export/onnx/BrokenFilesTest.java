package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.zoo.LeNet5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenFilesTest {
  private static final byte[] LENET =
      OnnxExport.of(
              Subjects.network(
                  LeNet5.builder().build(), Subjects.nhwc(Subjects.images(4, 1, 28, 28))),
              Subjects.nhwc(28, 28, 1))
          .classNames(List.of("zero", "one"))
          .top1(0.99)
          .build()
          .bytes();

  @TempDir private java.nio.file.Path folder;

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    for (byte[] whole : new byte[][] {LENET, ForeignNetworksTest.file("resnet-pytorch.onnx")}) {
      for (int length = 0; length < whole.length; length += 97) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> OnnxImport.parse(cut))
            .isInstanceOf(OnnxException.class)
            .hasMessageContaining("cut short");
      }
    }
  }

  @Test
  void damageGivesASentenceOrANetwork() throws IOException {
    byte[] whole = ForeignNetworksTest.file("mobilenetv2-pytorch.onnx");
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      Throwable thrown = catchThrowable(() -> OnnxImport.parse(damaged));
      if (thrown != null) {
        refused++;
        assertThat(thrown).isInstanceOf(OnnxException.class);
        assertThat(thrown.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void rubbishIsRefused() {
    byte[] rubbish = new byte[1000];
    new Random(3).nextBytes(rubbish);
    assertThatThrownBy(() -> OnnxImport.parse(rubbish))
        .isInstanceOf(OnnxException.class)
        .hasMessage("it is cut short or no ONNX file");
  }

  @Test
  void theFileIsNamed() throws IOException {
    Path path = new Path(folder.resolve("net.onnx").toUri());
    assertThatThrownBy(() -> OnnxImport.read(path, new Configuration()))
        .isInstanceOf(OnnxException.class)
        .hasMessage("Cannot import " + path + ": there is no such file");
    Files.write(folder.resolve("net.onnx"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> OnnxImport.read(path, new Configuration()))
        .hasMessage("Cannot import " + path + ": it is cut short or no ONNX file");
  }

  @Test
  void anUnsupportedOperatorIsNamedWithItsNode() {
    refused(
        graph -> node(graph, "relu1").setOpType("Erf"),
        "node relu1 (Erf) is not supported; supported are Add, ");
    refused(
        graph -> node(graph, "relu1").setDomain("com.microsoft"),
        "node relu1 (Relu) is not supported; ");
  }

  @Test
  void dynamicAxesButTheBatchAreRefused() {
    refused(
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(2)
                .setDimParam("height"),
        "the height of input input is dynamic (height); only the batch may be");
  }

  @Test
  void whatDoesNotFitIsNamedWithItsNode() {
    refused(
        graph -> graph.getInputBuilder(0).setName("other"),
        "node conv1 (Conv) reads a tensor that nothing before it makes (input)");
    refused(
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(1)
                .setDimValue(3),
        "node conv1 (Conv) has weights [6, 1, 5, 5] for an input of 3 channels");
    refused(
        graph ->
            node(graph, "conv2").getAttributeBuilderList().stream()
                .filter(attribute -> attribute.getName().equals("group"))
                .forEach(attribute -> attribute.setI(2)),
        "node conv2 (Conv) has 2 groups; 1, or as many as input channels, are supported");
  }

  private static void refused(Consumer<GraphProto.Builder> change, String reason) {
    assertThatCode(() -> OnnxImport.parse(LENET)).doesNotThrowAnyException();
    assertThatThrownBy(
            () -> {
              ModelProto.Builder model = ModelProto.parseFrom(LENET).toBuilder();
              change.accept(model.getGraphBuilder());
              OnnxImport.parse(model.build().toByteArray());
            })
        .isInstanceOf(OnnxException.class)
        .hasMessageStartingWith(reason);
  }

  private static onnx.Onnx.NodeProto.Builder node(GraphProto.Builder graph, String name) {
    return graph.getNodeBuilderList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
