package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.iter.NdIndexIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class PrunedFormTest {

  private static ComputationGraph network(String kind, DataType type) {
    return kind.equals("basic") ? SmallNetworks.basic(type, 7) : SmallNetworks.bottleneck(type, 7);
  }

  private static ChannelSelection selection(ComputationGraph network, double rate) {
    Scop scop = new Scop(ScopConfiguration.official(rate, 5).withImportance(Importance.RANDOM));
    return PrunedLayer.selection(scop.select(network));
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck"})
  void theSlimNetworkComputesWhatTheMaskedOneDoes(String kind) {
    ComputationGraph network = network(kind, DataType.FLOAT);
    ChannelSelection selection = selection(network, 0.45);
    ComputationGraph masked = Scop.masked(network, selection);
    ComputationGraph slim = Scop.slim(network, selection);
    INDArray images = SmallNetworks.images(DataType.FLOAT, 16, 1);
    INDArray output = masked.outputSingle(images);
    assertThat(distance(slim.outputSingle(images), output)).isLessThan(1e-5);
    assertThat(distance(network.outputSingle(images), output)).isGreaterThan(1e-2);
    assertThat(slim.numParams()).isLessThan(masked.numParams());
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck"})
  void fineTuningKeepsThemTheSame(String kind) {
    ComputationGraph network = network(kind, DataType.DOUBLE);
    ChannelSelection selection = selection(network, 0.45);
    ComputationGraph masked = Scop.masked(network, selection);
    ComputationGraph slim = Scop.slim(network, selection);
    INDArray images = SmallNetworks.images(DataType.DOUBLE, 16, 1);
    INDArray before = slim.outputSingle(images);
    for (int step = 0; step < 4; step++) {
      DataSet data = SmallNetworks.data(DataType.DOUBLE, 8, step);
      masked.fit(data.copy());
      slim.fit(data.copy());
    }
    INDArray output = masked.outputSingle(images);
    assertThat(distance(slim.outputSingle(images), output)).isLessThan(1e-10);
    assertThat(distance(before, output)).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck"})
  void aRateOfZeroLeavesTheNetworkAsItIs(String kind) {
    ComputationGraph network = network(kind, DataType.FLOAT);
    ChannelSelection everything = selection(network, 0);
    INDArray images = SmallNetworks.images(DataType.FLOAT, 4, 1);
    INDArray output = network.outputSingle(images);
    ComputationGraph slim = Scop.slim(network, everything);
    assertThat(slim.outputSingle(images)).isEqualTo(output);
    assertThat(slim.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(Scop.masked(network, everything).outputSingle(images)).isEqualTo(output);
  }

  @Test
  void aRateNearOneKeepsAChannelOfEveryLayer() {
    ComputationGraph network = network("bottleneck", DataType.FLOAT);
    ChannelSelection selection = selection(network, 0.999);
    assertThat(selection.convolutions()).allMatch(name -> selection.kept(name).length == 1);
    INDArray images = SmallNetworks.images(DataType.FLOAT, 4, 1);
    assertThat(
            distance(
                Scop.slim(network, selection).outputSingle(images),
                Scop.masked(network, selection).outputSingle(images)))
        .isLessThan(1e-5);
  }

  @Test
  void widthsFollowTheSelectionAndTheResidualStreamKeepsIts() {
    ComputationGraph network = network("bottleneck", DataType.FLOAT);
    ComputationGraph slim = Scop.slim(network, selection(network, 0.45));
    assertThat(shape(slim, "layer1.0.conv1")).containsExactly(3, 8, 1, 1);
    assertThat(shape(slim, "layer1.0.conv2")).containsExactly(3, 3, 3, 3);
    assertThat(shape(slim, "layer1.0.conv3")).containsExactly(7, 3, 1, 1);
    assertThat(shape(slim, "layer1.0.shortcut")).containsExactly(12, 8, 1, 1);
    assertThat(shape(slim, "layer1.1.conv1")).containsExactly(4, 12, 1, 1);
    assertThat(slim.getVertex("layer1.0.bn3").paramTable(false).get("var").shape())
        .containsExactly(7);
    assertThat(slim.getConfiguration().getVertexInputs().get("layer1.0.add"))
        .containsExactly("layer1.0.bn3.scatter", "layer1.0.shortcut");
  }

  private static long[] shape(ComputationGraph network, String convolution) {
    return network.getVertex(convolution).paramTable(false).get("W").shape();
  }

  @Test
  void slimmingLeavesTheNetworkAlone() {
    ComputationGraph network = network("basic", DataType.FLOAT);
    INDArray before = network.params().dup();
    String json = network.getConfiguration().toJson();
    Scop.slim(network, selection(network, 0.45));
    Scop.masked(network, selection(network, 0.45));
    assertThat(network.params()).isEqualTo(before);
    assertThat(network.getConfiguration().toJson()).isEqualTo(json);
  }

  @Test
  void permutingTheChannelsOfALayerPermutesWhatStays() {
    ComputationGraph network = network("basic", DataType.DOUBLE);
    int[] order = {2, 0, 3, 1};
    ComputationGraph permuted = permuted(network, order);
    Scop scop = new Scop(ScopConfiguration.official(0.5, 1));
    ComputationGraph one = scop.apply(network);
    ComputationGraph other = scop.apply(permuted);
    for (int step = 0; step < 3; step++) {
      DataSet data = SmallNetworks.data(DataType.DOUBLE, 8, step);
      one.fit(data.copy());
      other.fit(data.copy());
    }
    PrunedLayer plain = scop.select(one).get(0);
    PrunedLayer moved = scop.select(other).get(0);
    for (int i = 0; i < order.length; i++) {
      assertThat(moved.factors()[i]).isCloseTo(plain.factors()[order[i]], within(1e-9));
      assertThat(contains(moved, i)).isEqualTo(contains(plain, order[i]));
    }
    INDArray images = SmallNetworks.images(DataType.DOUBLE, 4, 9);
    assertThat(
            distance(
                scop.convert(one).outputSingle(images), scop.convert(other).outputSingle(images)))
        .isLessThan(1e-9);
  }

  private static boolean contains(PrunedLayer layer, int channel) {
    for (int kept : layer.kept()) {
      if (kept == channel) {
        return true;
      }
    }
    return false;
  }

  /** Permutes the channels between the two convolutions of the first block. */
  private static ComputationGraph permuted(ComputationGraph network, int[] order) {
    ComputationGraph result = network.clone();
    permute(result, "layer1.0.conv1", "W", 0, order);
    for (String name : List.of("gamma", "beta", "mean", "var")) {
      permute(result, "layer1.0.bn1", name, 0, order);
    }
    permute(result, "layer1.0.conv2", "W", 1, order);
    return result;
  }

  private static void permute(
      ComputationGraph network, String vertex, String name, int axis, int[] order) {
    INDArray parameter = network.getVertex(vertex).paramTable(false).get(name);
    INDArray old = parameter.dup();
    NdIndexIterator places = new NdIndexIterator(parameter.shape());
    while (places.hasNext()) {
      long[] place = places.next();
      long[] from = place.clone();
      from[axis] = order[(int) place[axis]];
      parameter.putScalar(place, old.getDouble(from));
    }
  }

  @Test
  void refusesASelectionThatLacksALayer() {
    ComputationGraph network = network("basic", DataType.FLOAT);
    assertThatThrownBy(() -> Scop.slim(network, new ChannelSelection(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot prune layer1.0.conv1: the selection has no such convolution");
  }

  @Test
  void refusesAChannelThatThereIsNot() {
    ComputationGraph network = network("basic", DataType.FLOAT);
    Map<String, int[]> kept = new LinkedHashMap<>();
    ChannelSelection all = selection(network, 0);
    all.convolutions().forEach(name -> kept.put(name, all.kept(name)));
    kept.put("layer1.0.conv1", new int[] {0, 4});
    assertThatThrownBy(() -> Scop.masked(network, new ChannelSelection(kept)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot prune layer1.0.conv1: it has 4 channels (channel 4)");
  }
}
