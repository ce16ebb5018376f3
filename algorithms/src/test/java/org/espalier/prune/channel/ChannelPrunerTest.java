package org.espalier.prune.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.Cost;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ChannelPrunerTest {
  private static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  @Test
  void theLowestOfEachGroupGo() {
    ComputationGraph network = Networks.chain(false, 4, 3);
    Networks.fill(network, "conv1", 4, 1, 3, 2);
    Networks.fill(network, "conv2", 0.3, 0.1, 0.2);

    Pruned pruned = prune(network, ChannelPruning.of(Importances.l1(), Target.channels(0.5)));

    assertThat(kept(pruned)).isEqualTo(Map.of("conv1", List.of(0, 2), "conv2", List.of(0, 2)));
    assertThat(network.layerSize("conv1")).isEqualTo(4);
    assertThat(pruned.network().layerSize("conv1")).isEqualTo(2);
  }

  @Test
  void theSlimNetworkComputesWhatItDidWhereOnlyZerosGo() {
    ComputationGraph network = Networks.chain(false, 4, 3);
    Networks.filter(network.getVertex("conv1").paramTable(false).get("W"), 1).assign(0);
    Networks.filter(network.getVertex("conv2").paramTable(false).get("W"), 0).assign(0);
    INDArray images = Networks.images(3);

    ComputationGraph slim =
        prune(network, ChannelPruning.of(Importances.l1(), Target.channels(0.34))).network();

    assertThat(slim.layerSize("conv1")).isEqualTo(3);
    assertThat(slim.outputSingle(images).equalsWithEps(network.outputSingle(images), 1e-12))
        .isTrue();
  }

  @Test
  void inOneRankingGroupsLoseAsTheirScoresSpread() {
    ComputationGraph network = Networks.chain(false, 4, 4);
    Networks.fill(network, "conv1", 1, 1, 1, 1);
    Networks.fill(network, "conv2", 0.1, 0.1, 0.1, 3.7);

    Pruned pruned =
        prune(
            network,
            ChannelPruning.of(Importances.l1(), Target.channels(0.375)).with(Ranking.GLOBAL));

    assertThat(kept(pruned)).isEqualTo(Map.of("conv1", List.of(0, 1, 2, 3), "conv2", List.of(3)));
  }

  @Test
  void widthsKeepTheirMinimumAndMultiple() {
    ComputationGraph network = Networks.chain(false, 16, 10, 3);

    Pruned pruned =
        prune(network, ChannelPruning.of(Importances.l1(), Target.channels(0.9)).withWidths(5, 4));

    assertThat(widths(pruned)).isEqualTo(Map.of("conv1", 8, "conv2", 8, "conv3", 3));
  }

  @Test
  void ignoredLayersStay() {
    ComputationGraph network = Networks.chain(false, 4, 4);

    Pruned pruned =
        prune(
            network,
            ChannelPruning.of(Importances.l1(), Target.channels(0.5)).ignoring("conv1", "out.*"));

    assertThat(widths(pruned)).isEqualTo(Map.of("conv2", 2));
    assertThat(pruned.network().layerSize("conv1")).isEqualTo(4);
  }

  @Test
  void aShareOfParametersOrMacsIsMetAndNotFarExceeded() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    Cost before = Cost.of(network, CIFAR);

    for (Ranking ranking : Ranking.values()) {
      Cost parameters =
          Cost.of(pruneResNet(network, Target.parameters(0.4, CIFAR), ranking), CIFAR);
      Cost macs = Cost.of(pruneResNet(network, Target.macs(0.4, CIFAR), ranking), CIFAR);

      assertThat(parameters.parameters() / (double) before.parameters()).isBetween(0.36, 0.4);
      assertThat(macs.macs() / (double) before.macs()).isBetween(0.36, 0.4);
    }
  }

  @Test
  void stepsEndWhereOneStepWould() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    for (Ranking ranking : Ranking.values()) {
      ChannelPruning settings =
          ChannelPruning.of(Importances.l1(), Target.channels(0.5)).with(ranking);
      ChannelPruner pruner = new ChannelPruner(settings.inSteps(4), CIFAR);
      Unpruned unpruned = pruner.unpruned(network);
      ComputationGraph current = network;
      for (int step = 1; step <= 4; step++) {
        long before = current.numParams();
        current = step(pruner, current, unpruned, step);
        assertThat(current.numParams()).isLessThan(before);
      }

      ComputationGraph once = new ChannelPruner(settings, CIFAR).convert(network);

      if (ranking == Ranking.UNIFORM) {
        assertThat(Cost.of(current, CIFAR)).isEqualTo(Cost.of(once, CIFAR));
      }
      assertThat(channels(current)).isEqualTo(channels(once));
    }
  }

  @Test
  void aCostIsApproachedInEqualSteps() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    ChannelPruner pruner =
        new ChannelPruner(
            ChannelPruning.of(Importances.l2(), Target.macs(0.4, CIFAR)).inSteps(3), CIFAR);
    Unpruned unpruned = pruner.unpruned(network);
    double before = Cost.of(network, CIFAR).macs();

    ComputationGraph current = network;
    for (int step = 1; step <= 3; step++) {
      current = step(pruner, current, unpruned, step);
      assertThat(Cost.of(current, CIFAR).macs() / before)
          .isBetween(1 - 0.2 * step - 0.05, 1 - 0.2 * step);
    }
  }

  @Property(tries = 40)
  void noGroupGoesBelowItsLimits(
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share,
      @ForAll @IntRange(min = 1, max = 6) int minimum,
      @ForAll @IntRange(min = 1, max = 5) int multiple,
      @ForAll Ranking ranking) {
    ComputationGraph network = Networks.chain(false, width, 7);

    Map<String, Integer> widths =
        widths(
            prune(
                network,
                ChannelPruning.of(Importances.random(3), Target.channels(share))
                    .with(ranking)
                    .withWidths(minimum, multiple)));

    Map<String, Integer> before = Map.of("conv1", width, "conv2", 7);
    assertThat(widths).hasSameSizeAs(before);
    before.forEach(
        (layer, all) -> {
          int after = widths.get(layer);
          assertThat(after).isBetween(Math.min(minimum, all), all);
          assertThat(after == all || after % multiple == 0).isTrue();
        });
  }

  @Test
  void targetsOutOfReachAreRefused() {
    ComputationGraph network = Networks.chain(false, 4, 4);

    assertThatThrownBy(
            () ->
                prune(
                    network,
                    ChannelPruning.of(Importances.l1(), Target.parameters(0.3, Networks.INPUT))
                        .withWidths(3, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot prune to 0.3000 of the parameters: the limits leave at least 0.6402");
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    ComputationGraph network = Networks.chain(false, 4);
    network.getVertex("conv1").paramTable(false).get("W").putScalar(0, Double.NaN);

    assertThatThrownBy(
            () -> prune(network, ChannelPruning.of(Importances.l1(), Target.channels(0.5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot rank the channels of conv1: the score of channel 0 is not a number (NaN)");
  }

  @Test
  void anImportanceThatJudgesNothingIsRefused() {
    assertThatThrownBy(
            () ->
                prune(
                    Networks.chain(false, 4),
                    ChannelPruning.of(Importances.scale(), Target.channels(0.5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot prune this network: the importance judges none of the groups that may be pruned"
                + " (1 groups)");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> Target.channels(1))
        .hasMessage("Cannot prune: the share of channels to remove must be in [0, 1) (1.0)");
    assertThatThrownBy(() -> Target.macs(0))
        .hasMessage("Cannot prune: the share of MACs that may remain must be in (0, 1] (0.0)");
    ChannelPruning settings = ChannelPruning.of(Importances.l1(), Target.channels(0.5));
    assertThatThrownBy(() -> settings.inSteps(0))
        .hasMessage("Cannot configure pruning: steps must be at least 1 (0)");
    assertThatThrownBy(() -> settings.ignoring("conv["))
        .hasMessage("Cannot configure pruning: ignored must be regular expressions (conv[)");
    assertThatThrownBy(() -> settings.withWidths(1, 0))
        .hasMessage("Cannot configure pruning: multiple must be at least 1 (0)");
  }

  private static Pruned prune(ComputationGraph network, ChannelPruning settings) {
    ChannelPruner pruner = new ChannelPruner(settings, Networks.INPUT);
    return pruner.cut(network, select(pruner, network, pruner.unpruned(network), 1));
  }

  private static ComputationGraph pruneResNet(
      ComputationGraph network, Target target, Ranking ranking) {
    return new ChannelPruner(ChannelPruning.of(Importances.l1(), target).with(ranking), CIFAR)
        .convert(network);
  }

  private static ComputationGraph step(
      ChannelPruner pruner, ComputationGraph network, Unpruned unpruned, int step) {
    return pruner.cut(network, select(pruner, network, unpruned, step)).network();
  }

  private static Map<String, int[]> select(
      ChannelPruner pruner, ComputationGraph network, Unpruned unpruned, int step) {
    return PrunedGroup.kept(pruner.select(network, unpruned, step));
  }

  private static Map<String, List<Integer>> kept(Pruned pruned) {
    return pruned.layers().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> Arrays.stream(entry.getValue()).boxed().toList()));
  }

  private static Map<String, Integer> widths(Pruned pruned) {
    return pruned.layers().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().length));
  }

  private static long channels(ComputationGraph network) {
    return ChannelGroups.of(network, CIFAR).free().stream().mapToLong(ChannelGroup::channels).sum();
  }
}
