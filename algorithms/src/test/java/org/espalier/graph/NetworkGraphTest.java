package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

class NetworkGraphTest {

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("input")
                .addLayer("first", new DenseLayer.Builder().nIn(3).nOut(4).build(), "input")
                .addLayer("second", new DenseLayer.Builder().nIn(4).nOut(4).build(), "first")
                .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(2).build(), "second")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static ComputationGraph branched() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("input")
                .addLayer("stem", dense(3, 4), "input")
                .addLayer("left", dense(4, 4), "stem")
                .addLayer("right", dense(4, 4), "stem")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
                .addLayer(
                    "out",
                    new OutputLayer.Builder()
                        .nIn(4)
                        .nOut(2)
                        .lossFunction(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "sum")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense(int nIn, int nOut) {
    return new DenseLayer.Builder().nIn(nIn).nOut(nOut).activation(Activation.IDENTITY).build();
  }

  /** A convolution whose map is flattened by the layer behind it. */
  private static ComputationGraph flattened() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(4, 4, 1))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "input")
                .addLayer("flat", new ActivationLayer(Activation.IDENTITY), "conv")
                .addLayer("out", new OutputLayer.Builder().nIn(8).nOut(2).build(), "flat")
                .inputPreProcessor("flat", new CnnToFeedForwardPreProcessor(2, 2, 2))
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static INDArray zeros(int length) {
    return Nd4j.zeros(DataType.FLOAT, length);
  }

  private static NewNode identity(String name) {
    return NewNode.layer(name, new ActivationLayer(Activation.IDENTITY));
  }

  private static NewNode relu(String name) {
    return NewNode.layer(name, new ActivationLayer(Activation.RELU));
  }

  @Test
  void anInsertedLayerIsReadInsteadOfTheOneBeforeIt() {
    ComputationGraph network = network();
    ComputationGraph edited = NetworkGraph.of(network).insertAfter("first", relu("relu")).build();
    INDArray input = Nd4j.createFromArray(new float[][] {{1, -2, 3}, {-4, 5, 0}});
    INDArray hidden = network.feedForward(input, false).get("first");
    assertThat(edited.feedForward(input, false).get("relu")).isEqualTo(Transforms.relu(hidden));
    assertThat(edited.getConfiguration().getVertexInputs().get("second")).containsExactly("relu");
    assertThat(network.getConfiguration().getVertices()).doesNotContainKey("relu");
  }

  @Test
  void removingWhatWasInsertedGivesTheNetworkBack() {
    ComputationGraph network = network();
    ComputationGraph longer = NetworkGraph.of(network).insertAfter("first", relu("relu")).build();
    ComputationGraph edited = NetworkGraph.of(longer).remove("relu").build();
    assertThat(edited.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(edited.params()).isEqualTo(network.params());
  }

  @Test
  void givenParametersReplaceTheOldOnes() {
    ComputationGraph network = network();
    NetworkGraph graph = NetworkGraph.of(network);
    graph.layer("first", DenseLayer.class).setNOut(2);
    graph.layer("second", DenseLayer.class).setNIn(2);
    INDArray weights = Nd4j.ones(DataType.FLOAT, 3, 2);
    graph.parameter("first", "W", weights);
    graph.parameter("first", "b", Nd4j.zeros(DataType.FLOAT, 2));
    graph.parameter("second", "W", Nd4j.ones(DataType.FLOAT, 2, 4));
    ComputationGraph edited = graph.build();
    assertThat(edited.getParam("first_W")).isEqualTo(weights);
    assertThat(edited.getParam("out_W")).isEqualTo(network.getParam("out_W"));
  }

  @Test
  void refusesAParameterWhoseShapeChanged() {
    NetworkGraph graph = NetworkGraph.of(network());
    graph.layer("out", OutputLayer.class).setNOut(3);
    assertThatThrownBy(graph::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot carry parameter W of out over: its shape is now ");
  }

  @Test
  void nodesTellWhatTheyAreAndWhoReadsThem() {
    NetworkGraph graph = NetworkGraph.of(branched());
    assertThat(graph.inputs()).containsExactly("input");
    assertThat(graph.outputs()).containsExactly("out");
    assertThat(graph.nodes().stream().map(Node::name))
        .containsExactly("stem", "left", "right", "sum", "out");
    Node stem = graph.node("stem");
    assertThat(stem.kind()).isEqualTo("DenseLayer");
    assertThat(stem.inputs()).containsExactly("input");
    assertThat(stem.users()).containsExactly("left", "right");
    assertThat(stem.isOutput()).isFalse();
    assertThat(stem.attributes()).containsEntry("nin", 3L).containsEntry("nout", 4L);
    Node sum = graph.node("sum");
    assertThat(sum.kind()).isEqualTo("ElementWiseVertex");
    assertThat(sum.layer()).isNull();
    assertThat(sum.inputs()).containsExactly("left", "right");
    assertThat(sum.attributes()).containsEntry("op", "Add");
    assertThat(graph.node("out").isOutput()).isTrue();
    assertThat(graph.users("input")).containsExactly("stem");
    assertThat(graph.contains("input")).isTrue();
    assertThat(graph.contains("nothing")).isFalse();
  }

  @Test
  void shapesFollowTheEdits() {
    NetworkGraph graph = NetworkGraph.of(branched());
    graph.layer("stem", DenseLayer.class).setNOut(6);
    assertThatThrownBy(() -> graph.shapes(InputType.feedForward(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot find the shape of node left: it takes 4 channels (6)");
    graph.layer("left", DenseLayer.class).setNIn(6);
    graph.layer("right", DenseLayer.class).setNIn(6);
    assertThat(graph.shapes(InputType.feedForward(3)))
        .containsEntry("stem", InputType.feedForward(6))
        .containsEntry("out", InputType.feedForward(2));
    assertThatThrownBy(graph::shapes)
        .hasMessage("Cannot find shapes: the network has [input] as inputs (0)");
  }

  @Test
  void anInsertedNodeBeforeAnotherOrOnAnEdgeIsReadByThatAlone() {
    ComputationGraph network = branched();
    ComputationGraph edited =
        NetworkGraph.of(network)
            .insertBetween("stem", "left", relu("onEdge"))
            .insertBefore("right", relu("before"))
            .insertAfter("input", identity("first"))
            .build();
    var reads = edited.getConfiguration().getVertexInputs();
    assertThat(reads.get("left")).containsExactly("onEdge");
    assertThat(reads.get("right")).containsExactly("before");
    assertThat(reads.get("onEdge")).containsExactly("stem");
    assertThat(reads.get("before")).containsExactly("stem");
    assertThat(reads.get("stem")).containsExactly("first");
    INDArray input = Nd4j.createFromArray(new float[][] {{1, 2, 3}});
    INDArray stem = network.feedForward(input, false).get("stem").dup();
    assertThat(edited.feedForward(input, false).get("before")).isEqualTo(Transforms.relu(stem));
  }

  @Test
  void aLayerWithoutAnUpdaterLearnsAsTheOthersDo() {
    ComputationGraph edited =
        NetworkGraph.of(branched())
            .insertAfter(
                "stem", NewNode.layer("more", new DenseLayer.Builder().nIn(4).nOut(4).build()))
            .build();
    assertThat(((DenseLayer) edited.getLayer("more").conf().getLayer()).getIUpdater())
        .isEqualTo(new Adam(0.01));
    edited.fit(new DataSet(Nd4j.rand(2, 3), Nd4j.eye(2)));
    assertThat(edited.score()).isPositive();
  }

  @Test
  void severalNodesTakeThePlaceOfOneAndOutputsKeepStep() {
    ComputationGraph network = branched();
    INDArray half = Nd4j.eye(4).mul(0.5);
    ComputationGraph edited =
        NetworkGraph.of(network)
            .replace(
                "sum",
                NewNode.vertex("both", new ElementWiseVertex(ElementWiseVertex.Op.Add))
                    .reading("left", "right"),
                NewNode.layer("halved", dense(4, 4)).parameter("W", half).parameter("b", zeros(4)))
            .replace(
                "out",
                NewNode.layer("logits", dense(4, 2)),
                NewNode.layer("loss", new LossLayer.Builder().build()))
            .build();
    assertThat(edited.getConfiguration().getNetworkOutputs()).containsExactly("loss");
    INDArray input = Nd4j.rand(2, 3);
    assertThat(edited.feedForward(input, false).get("halved"))
        .isEqualTo(network.feedForward(input, false).get("sum").mul(0.5));
    assertThat(edited.outputSingle(input).shape()).containsExactly(2, 2);
  }

  @Test
  void aReplacementOfTheSameNameTakesTheParametersOver() {
    ComputationGraph network = branched();
    DenseLayer tanh = dense(3, 4);
    tanh.setActivationFn(Activation.TANH.getActivationFunction());
    ComputationGraph edited =
        NetworkGraph.of(network).replace("stem", NewNode.layer("stem", tanh)).build();
    assertThat(edited.getParam("stem_W")).isEqualTo(network.getParam("stem_W"));
    INDArray input = Nd4j.rand(2, 3);
    assertThat(edited.feedForward(input, false).get("stem"))
        .isEqualTo(Transforms.tanh(network.feedForward(input, false).get("stem")));
  }

  @Test
  void renamingKeepsInputsAndOutputsInStep() {
    ComputationGraph network = branched();
    ComputationGraph edited =
        NetworkGraph.of(network)
            .rename("stem", "root")
            .rename("input", "features")
            .rename("out", "classes")
            .build();
    assertThat(edited.getConfiguration().getNetworkInputs()).containsExactly("features");
    assertThat(edited.getConfiguration().getNetworkOutputs()).containsExactly("classes");
    assertThat(edited.getLayer("root").conf().getLayer().getLayerName()).isEqualTo("root");
    assertThat(edited.params()).isEqualTo(network.params());
    INDArray input = Nd4j.rand(2, 3);
    assertThat(edited.outputSingle(input)).isEqualTo(network.outputSingle(input));
    ComputationGraph back =
        NetworkGraph.of(edited)
            .rename("root", "stem")
            .rename("features", "input")
            .rename("classes", "out")
            .build();
    assertThat(back.getConfiguration().toJson()).isEqualTo(network.getConfiguration().toJson());
  }

  @Test
  void parametersCanBeChangedOnTheirWay() {
    ComputationGraph network = branched();
    NetworkGraph graph = NetworkGraph.of(network);
    graph.layer("left", DenseLayer.class).setNOut(2);
    graph.layer("right", DenseLayer.class).setNOut(2);
    graph.layer("out", OutputLayer.class).setNIn(2);
    UnaryOperator<INDArray> columns = NetworkGraphTest::leftHalf;
    graph
        .carry("left", "W", columns)
        .carry("left", "b", NetworkGraphTest::firstTwo)
        .carry("right", "b", NetworkGraphTest::firstTwo);
    graph
        .carry("right", "W", columns)
        .carry("out", "W", array -> leftHalf(array.transpose()).transpose());
    ComputationGraph edited = graph.build();
    INDArray input = Nd4j.rand(2, 3);
    assertThat(edited.feedForward(input, false).get("sum"))
        .isEqualTo(leftHalf(network.feedForward(input, false).get("sum")));
  }

  private static INDArray leftHalf(INDArray array) {
    return array.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2)).dup();
  }

  private static INDArray firstTwo(INDArray vector) {
    return leftHalf(vector.reshape(1, 4));
  }

  @Test
  void flatteningSurvivesEditsAroundIt() {
    ComputationGraph network = flattened();
    INDArray images = Nd4j.rand(2, 1, 4, 4);
    INDArray expected = network.outputSingle(images);
    ComputationGraph longer =
        NetworkGraph.of(network)
            .insertAfter("conv", identity("after"))
            .insertBefore("flat", identity("before"))
            .build();
    assertThat(longer.outputSingle(images)).isEqualTo(expected);
    ComputationGraph shorter = NetworkGraph.of(network).remove("flat").build();
    assertThat(shorter.getConfiguration().getVertices().get("out"))
        .isInstanceOfSatisfying(
            LayerVertex.class,
            out ->
                assertThat(out.getPreProcessor()).isInstanceOf(CnnToFeedForwardPreProcessor.class));
    assertThat(shorter.outputSingle(images)).isEqualTo(expected);
    ComputationGraph replaced =
        NetworkGraph.of(network)
            .replace("flat", identity("other"), relu("another"))
            .remove("another")
            .build();
    assertThat(replaced.outputSingle(images)).isEqualTo(expected);
    assertThatThrownBy(
            () ->
                NetworkGraph.of(network)
                    .replace("flat", NewNode.vertex("scale", new ScaleVertex(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot take node flat away: its preprocessor would be lost, as scale is no layer (CnnToFeedForwardPreProcessor)");
  }

  @Test
  void verticesKeepWhatTheirOwnCopiesLose() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(4, 4, 2, CNN2DFormat.NHWC))
                .addLayer("left", new ActivationLayer(Activation.RELU), "input")
                .addVertex("merged", new MergeVertex(), "input", "left")
                .addLayer(
                    "loss", new CnnLossLayer.Builder().format(CNN2DFormat.NHWC).build(), "merged")
                .setOutputs("loss")
                .build());
    network.init();
    INDArray images = Nd4j.rand(1, 4, 4, 2);
    assertThat(NetworkGraph.of(network).build().outputSingle(images))
        .isEqualTo(network.outputSingle(images));
  }

  @Test
  void refusesAnEditAsAWhole() {
    ComputationGraph network = branched();
    NetworkGraph graph = NetworkGraph.of(network);
    assertThatThrownBy(
            () ->
                graph.insertBefore(
                    "left",
                    NewNode.vertex("loop", new ElementWiseVertex(ElementWiseVertex.Op.Add))
                        .reading("stem", "sum")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot wire node loop: nodes read each other in a circle [loop, left, sum, out]");
    assertThatThrownBy(() -> graph.insertAfter("left", relu("lost").reading("nowhere")))
        .hasMessage("Cannot wire node lost: it reads what is not there (nowhere)");
    assertThat(graph.build().getConfiguration().toJson())
        .isEqualTo(network.getConfiguration().toJson());
  }

  @Test
  void refusesNodesThatNothingReads() {
    NetworkGraph graph = NetworkGraph.of(branched()).replace("sum", relu("only").reading("left"));
    assertThatThrownBy(graph::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build the network: nothing reads node right, and it is no output ([out])");
    ComputationGraph built = graph.remove("right").build();
    assertThat(built.getConfiguration().getVertices()).doesNotContainKey("right");
  }

  @Test
  void refusesEditsThatMakeNoSense() {
    NetworkGraph graph = NetworkGraph.of(network());
    assertThatThrownBy(() -> graph.insertAfter("nothing", relu("relu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot edit node nothing: there is none");
    assertThatThrownBy(() -> graph.insertAfter("first", relu("second")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot insert node second after first: the name is in use (second)");
    assertThatThrownBy(() -> graph.insertAfter("out", relu("relu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot insert node relu after out: that is an output of the network (out)");
    assertThatThrownBy(() -> graph.remove("out"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot remove node out: it is an output of the network");
    assertThatThrownBy(() -> graph.layer("first", ActivationLayer.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot edit node first: it is not a layer of type ActivationLayer");
    assertThatThrownBy(() -> graph.rename("first", "second"))
        .hasMessage("Cannot rename node first: the name is in use (second)");
    assertThatThrownBy(() -> graph.rename("nothing", "something"))
        .hasMessage("Cannot edit node nothing: there is none");
    assertThatThrownBy(() -> graph.remove("input"))
        .hasMessage("Cannot edit node input: it is an input of the network");
    assertThatThrownBy(() -> graph.replace("first"))
        .hasMessage("Cannot replace node first: by no node");
    assertThatThrownBy(() -> graph.replace("first", relu("second")))
        .hasMessage("Cannot insert node second in the place of first: the name is in use (second)");
    assertThatThrownBy(() -> graph.insertBetween("input", "second", relu("relu")))
        .hasMessage("Cannot insert node relu before second: that does not read input ([first])");
    NetworkGraph sum = NetworkGraph.of(branched());
    assertThatThrownBy(() -> sum.remove("sum"))
        .hasMessage("Cannot remove node sum: it has 2 inputs");
    assertThatThrownBy(() -> sum.insertBefore("sum", relu("relu")))
        .hasMessage("Cannot insert node relu before sum: that does not have one input (2)");
    assertThatThrownBy(() -> sum.parameter("left", "V", Nd4j.zeros(1)).build())
        .hasMessage("Cannot set parameters of left: it has none of that name [V]");
  }
}
