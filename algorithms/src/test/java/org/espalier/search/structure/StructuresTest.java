package org.espalier.search.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.Cost;
import org.espalier.graph.CostConvention;
import org.espalier.prune.channel.Importances;
import org.espalier.search.Code;
import org.espalier.search.CostLimit;
import org.espalier.search.Fitness;
import org.espalier.search.LocalEvaluator;
import org.espalier.search.Search;
import org.espalier.search.SearchResult;
import org.espalier.search.baseline.UniformWidths;
import org.espalier.search.colony.BeeColony;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.DenseNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.MobileNetV2;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class StructuresTest {
  private static Structures resNet56() {
    return Structures.of(Networks.of(CifarResNet.builder(56).build()), Networks.CIFAR);
  }

  private static Code code(String numbers) {
    return Code.of(Stream.of(numbers.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  private static Code all(int length, int number) {
    int[] numbers = new int[length];
    Arrays.fill(numbers, number);
    return Code.of(numbers);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 1 3 4 6 8 9 11 12 14 16",
    "24, 2 4 7 9 12 14 16 19 21 24",
    "12, 1 2 3 4 6 7 8 9 10 12",
    "5, 1 1 1 2 2 3 3 4 4 5",
  })
  void tenthsAreTakenInWholeNumbers(int channels, String expected) {
    Widths tenths = Widths.tenths(10);
    assertThat(IntStream.rangeClosed(1, 10).map(h -> tenths.of(channels, h)).toArray())
        .isEqualTo(code(expected).toArray());
    assertThat(new Widths(10, 0, 9).of(channels, 0)).isEqualTo(1);
  }

  /** The best structures of ABCPruner's authors for ResNet-56, with what they printed. */
  @ParameterizedTest
  @CsvSource({
    "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1, 1114, 12014720, 81502",
    "2 3 2 2 1 2 3 1 2 3 2 1 1 3 2 1 1 1 2 1 1 1 3 3 3 2 2, 1205, 23356800, 159732",
    "5 3 2 1 2 4 1 3 4 5 5 5 1 3 1 5 1 2 5 1 2 1 3 3 5 2 2, 1298, 35289216, 226014",
    "5 7 3 6 6 6 7 6 3 6 2 7 1 2 1 5 5 5 7 4 7 6 2 4 5 3 6, 1482, 58536832, 390686",
    "7 4 6 2 1 3 6 7 1 8 4 6 3 6 5 6 4 4 6 4 4 5 5 1 8 7 1, 1481, 56758656, 386076",
  })
  void officialCodesCostWhatTheirAuthorsPrinted(
      String numbers, long channels, long operations, long parameters) {
    Structures structures = resNet56();
    StructureCost cost = structures.cost(code(numbers));
    assertThat(cost.channels()).isEqualTo(channels);
    assertThat(cost.abcPrunerOperations()).isEqualTo(operations);
    assertThat(cost.parameters()).isEqualTo(parameters);
    ComputationGraph network = structures.network(code(numbers), 1);
    assertThat(CostConvention.ABCPRUNER.count(network, Networks.CIFAR))
        .isEqualTo(new CostConvention.Count(parameters, operations));
  }

  @Test
  void uniformWidthsOfResNet56ComeNearAnyLimit() {
    Structures structures = resNet56();
    for (double share : new double[] {0.3, 0.45, 0.55, 0.7}) {
      double most = share * 125_485_696;
      Code code =
          UniformWidths.within(structures.space(), each -> structures.cost(each).macs(), most)
              .code();
      assertThat(structures.cost(code).macs()).isBetween((long) (0.99 * most), (long) most);
    }
  }

  @Test
  void wholeNetworksAndHalvesCostWhatIsKnown() {
    Structures resNet56 = resNet56().with(Widths.tenths(10));
    assertThat(resNet56.cost(all(27, 10)))
        .isEqualTo(new StructureCost(853_018, 125_485_696, 0, 532_480, 2032));
    assertThat(resNet56.cost(all(27, 5)))
        .returns(62_964_352L, StructureCost::macs)
        .returns(428_074L, StructureCost::parameters)
        .returns(1528L, StructureCost::channels);
    Structures resNet110 =
        Structures.of(Networks.of(CifarResNet.builder(110).build()), Networks.CIFAR);
    assertThat(resNet110.cost(all(54, 10)))
        .isEqualTo(new StructureCost(1_727_962, 252_887_680, 0, 1_048_576, 4048))
        .returns(257_081_984L, StructureCost::abcPrunerOperations);
    Structures vgg = Structures.of(Networks.vgg(Networks.VGG16), Networks.CIFAR);
    assertThat(vgg.cost(all(13, 10)))
        .returns(313_201_664L, StructureCost::macs)
        .returns(276_480L, StructureCost::normalized)
        .returns(14_728_266L, StructureCost::parameters)
        .returns(4224L, StructureCost::channels)
        .returns(314_584_064L, StructureCost::abcPrunerOperations);
    assertThat(vgg.cost(all(13, 5)))
        .returns(78_744_064L, StructureCost::macs)
        .returns(3_686_954L, StructureCost::parameters)
        .returns(2112L, StructureCost::channels);
  }

  private record Example(String name, InputType input, Supplier<ComputationGraph> network) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static InputType images(int side, int channels) {
    return InputType.convolutional(side, side, channels, CNN2DFormat.NHWC);
  }

  static Stream<Example> examples() {
    return Stream.of(
        new Example(
            "ResNet-20",
            images(32, 3),
            () -> Networks.of(CifarResNet.builder(20).shortcut(Shortcut.IDENTITY).build())),
        new Example(
            "ResNet-20 with projections",
            images(32, 3),
            () -> Networks.of(CifarResNet.builder(20).shortcut(Shortcut.PROJECTION).build())),
        new Example(
            "ResNet-50",
            images(64, 3),
            () -> Networks.of(ImageNetResNet.builder(50).classes(10).input(64, 64, 3).build())),
        new Example(
            "VGG",
            images(32, 3),
            () -> Networks.vgg(9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 15, 16)),
        new Example("LeNet-5", images(28, 1), () -> Networks.of(LeNet5.builder().build())),
        new Example(
            "MobileNetV2",
            images(32, 3),
            () -> Networks.of(MobileNetV2.builder().classes(10).input(32, 32, 3).build())),
        new Example(
            "DenseNet-BC-40", images(32, 3), () -> Networks.of(DenseNet.builder(40).build())));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theCostIsThatOfTheNetworkWhateverIsSearched(Example example) {
    Structures inside =
        Structures.of(example.network().get(), example.input()).with(Widths.tenths(10));
    SplittableRandom random = new SplittableRandom(1);
    for (Structures structures :
        List.of(inside, inside.searching(SearchedGroups.each(inside.groups())))) {
      Code code = structures.space().random(random);
      StructureCost cost = structures.cost(code);
      ComputationGraph network = structures.network(code, 1);
      Cost real = Cost.of(network, example.input());
      assertThat(cost.macs()).isEqualTo(real.macs());
      assertThat(cost.parameters()).isEqualTo(real.parameters());
      assertThat(new CostConvention.Count(cost.parameters(), cost.abcPrunerOperations()))
          .isEqualTo(CostConvention.ABCPRUNER.count(network, example.input()));
      ChannelGroups groups = ChannelGroups.of(network, example.input());
      structures
          .widths(code)
          .forEach((group, width) -> assertThat(groups.group(group).channels()).isEqualTo(width));
    }
  }

  @Test
  void positionsAreThoseOfTheOfficialCode() {
    assertThat(resNet56().positions())
        .hasSize(27)
        .startsWith(List.of("layer1.0.conv1"))
        .endsWith(List.of("layer3.8.conv1"));
    assertThat(
            Structures.of(Networks.vgg(4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4), Networks.CIFAR)
                .positions())
        .hasSize(13);
    ComputationGraph resNet50 =
        Networks.of(ImageNetResNet.builder(50).classes(10).input(64, 64, 3).build());
    ChannelGroups groups = ChannelGroups.of(resNet50, images(64, 3));
    List<List<String>> blocks =
        SearchedGroups.insideByBlock(groups).positions().stream()
            .filter(position -> position.size() == 2)
            .toList();
    assertThat(blocks).hasSize(16).startsWith(List.of("layer1.0.conv1", "layer1.0.conv2"));
  }

  @Test
  void groupsAtOnePositionKeepTheSameShareButNotTheSameChannels() {
    Structures blocks = Structures.of(Networks.vgg(16, 16, 32, 32), Networks.CIFAR);
    Structures tied =
        blocks.searching(new SearchedGroups(List.of(List.of("conv0", "conv1"), List.of("conv2"))));
    assertThat(tied.space().length()).isEqualTo(2);
    Map<String, int[]> kept = tied.kept(Code.of(5, 5), 1);
    assertThat(kept).containsOnlyKeys("conv0", "conv1", "conv2");
    assertThat(kept.get("conv0")).hasSize(8).isNotEqualTo(kept.get("conv1"));
    assertThat(kept.get("conv1")).hasSize(8);
  }

  @Test
  void theFullCodeIsTheNetworkItself() {
    ComputationGraph network = Networks.shaken(Networks.of(CifarResNet.builder(20).build()));
    Structures structures = Structures.of(network, Networks.CIFAR).with(Widths.tenths(10));
    INDArray images = Networks.images();
    assertThat(structures.network(all(9, 10), 5).outputSingle(images))
        .isEqualTo(network.outputSingle(images));
  }

  @Test
  void filtersThatSayNothingGoFirstAndAreNotMissed() {
    ComputationGraph network = Networks.shaken(Networks.of(CifarResNet.builder(20).build()));
    for (String block : List.of("layer1.0", "layer2.1", "layer3.2")) {
      INDArray weights = network.getLayer(block + ".conv1").getParam("W");
      long length = weights.length() / weights.size(0);
      for (int filter = 0; filter < weights.size(0); filter += 2) {
        for (long i = filter * length; i < (filter + 1) * length; i++) {
          weights.putScalar(i, 0);
        }
        for (String name : List.of("beta", "mean")) {
          network.getLayer(block + ".bn1").getParam(name).putScalar(filter, 0);
        }
      }
    }
    Structures structures =
        Structures.of(network, Networks.CIFAR)
            .with(Widths.tenths(10))
            .with(Filters.byImportance(network, Importances.l1(), Networks.CIFAR));
    int[] numbers = all(9, 10).toArray();
    numbers[0] = 5;
    numbers[4] = 5;
    numbers[8] = 5;
    ComputationGraph slim = structures.network(Code.of(numbers), 1);
    assertThat(slim.numParams()).isLessThan(network.numParams());
    INDArray images = Networks.images();
    INDArray difference = slim.outputSingle(images).sub(network.outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-6);
  }

  @Test
  void randomFiltersAreUniformAndComeFromTheSeed() {
    Filters random = Filters.random();
    assertThat(random.kept("a", 10, 4, 1))
        .hasSize(4)
        .isSorted()
        .doesNotHaveDuplicates()
        .isEqualTo(random.kept("a", 10, 4, 1));
    int[] counts = new int[10];
    int[] official = new int[10];
    for (long seed = 0; seed < 5_000; seed++) {
      IntStream.of(random.kept("a", 10, 4, seed)).forEach(i -> counts[i]++);
      IntStream.of(Filters.randomButLast().kept("a", 10, 4, seed)).forEach(i -> official[i]++);
    }
    assertThat(IntStream.of(counts)).allMatch(count -> count > 1_850 && count < 2_150);
    assertThat(official[9]).isZero();
    assertThat(IntStream.of(official).limit(9)).allMatch(count -> count > 2_050);
    assertThat(Filters.randomButLast().kept("a", 3, 3, 1)).containsExactly(0, 1, 2);
  }

  @Test
  void batchNormalisationIsInheritedOrBeginsAnew() {
    ComputationGraph network = Networks.shaken(Networks.of(CifarResNet.builder(20).build()));
    Structures structures = Structures.of(network, Networks.CIFAR);
    Code code = all(9, 5);
    int[] kept = structures.kept(code, 1).get("layer1.0.conv1");
    ComputationGraph inherited = structures.network(code, 1);
    ComputationGraph fresh = structures.with(BatchNorms.FRESH).network(code, 1);
    for (String name : List.of("gamma", "beta", "mean", "var")) {
      INDArray before = network.getLayer("layer1.0.bn1").getParam(name);
      INDArray stay = inherited.getLayer("layer1.0.bn1").getParam(name);
      double begun = name.equals("gamma") || name.equals("var") ? 1 : 0;
      for (int i = 0; i < kept.length; i++) {
        assertThat(stay.getDouble(i)).isEqualTo(before.getDouble(kept[i]));
      }
      for (String layer : List.of("bn1", "layer1.0.bn1", "layer3.2.bn2")) {
        INDArray array = fresh.getLayer(layer).getParam(name);
        assertThat(array.minNumber().doubleValue()).isEqualTo(begun);
        assertThat(array.maxNumber().doubleValue()).isEqualTo(begun);
      }
    }
    assertThat(fresh.getLayer("conv1").getParam("W"))
        .isEqualTo(network.getLayer("conv1").getParam("W"));
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    Structures structures = Structures.of(Networks.vgg(4, 4), Networks.CIFAR);
    assertThatThrownBy(() -> structures.searching(new SearchedGroups(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search structures: no channel group is searched (2 can be)");
    assertThatThrownBy(() -> structures.searching(new SearchedGroups(List.of(List.of("linear")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot search structures: a channel group is fixed (linear (10");
    assertThatThrownBy(() -> structures.cost(Code.of(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a structure: a code has 2 numbers from 0 to 10 ([5])");
    assertThatThrownBy(() -> structures.cost(Code.of(5, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a structure: a code has 2 numbers from 0 to 10 ([5, 11])");
    assertThatThrownBy(() -> Widths.tenths(11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search widths: they must be 0 <= least <= most <= 10 (1, 11)");
    assertThatThrownBy(() -> new Widths(0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search widths: steps must be at least 1 (0)");
  }

  @Test
  void severalThreadsMakeTheSameNetworksAsOne() {
    ComputationGraph network = Networks.shaken(Networks.of(CifarResNet.builder(20).build()));
    Structures structures = Structures.of(network, Networks.CIFAR);
    Code code = all(9, 5);
    List<INDArray> expected =
        IntStream.range(0, 8)
            .mapToObj(seed -> structures.network(code, seed).params().dup())
            .toList();
    List<INDArray> made =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(seed -> structures.network(code, seed).params().dup())
            .toList();
    assertThat(made).isEqualTo(expected);
    assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
  }

  @Test
  void aSearchKeepsItsLimitOfMacs() throws InterruptedException {
    Structures structures =
        Structures.of(Networks.of(CifarResNet.builder(20).build()), Networks.CIFAR);
    double most = 0.7 * structures.cost(all(9, 10)).macs();
    try (LocalEvaluator evaluator =
        new LocalEvaluator(
            2, candidate -> Fitness.of((double) structures.cost(candidate.code()).channels()))) {
      SearchResult result =
          Search.of(structures.space(), BeeColony.standard().withSize(6, 5, 3), evaluator)
              .cost("MACs", code -> structures.cost(code).macs())
              .limit(new CostLimit(most, CostLimit.Handling.REPAIR))
              .run();
      ComputationGraph best = structures.network(result.winner().orElseThrow(), 1);
      assertThat((double) Cost.of(best, Networks.CIFAR).macs())
          .isLessThanOrEqualTo(most)
          .isEqualTo(result.best().orElseThrow().cost());
      assertThat(result.front()).allMatch(each -> each.cost() <= most);
    }
  }
}
