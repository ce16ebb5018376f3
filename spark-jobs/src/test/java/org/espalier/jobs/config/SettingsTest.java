package org.espalier.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.data.OnCorrupt;
import org.espalier.nn.fused.Precision;
import org.espalier.prune.scop.Compatibility;
import org.espalier.prune.scop.Knockoff;
import org.espalier.prune.scop.ScopConfiguration;
import org.espalier.spark.resources.GpuRequest;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  private static ScopJobConfig scop(String... overrides) {
    return ScopJobConfig.from(Settings.load("scop", null, List.of(overrides)).root());
  }

  private String file(String text) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, text);
    return file.toString();
  }

  @Test
  void defaultsAreTheReferenceConfiguration() {
    ScopJobConfig config = scop();
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.output()).isEqualTo("output/scop");
    assertThat(config.data().format()).isEqualTo("synthetic");
    assertThat(config.data().onCorrupt()).isEqualTo(OnCorrupt.FAIL);
    assertThat(config.data().limit().train()).isEmpty();
    assertThat(config.model())
        .isEqualTo(new ModelConfig("resnet20", java.util.Optional.empty(), Shortcut.IDENTITY));
    assertThat(config.scop().rate()).isEqualTo(0.45);
    assertThat(config.scop().learningRate()).isEqualTo(0.004);
    assertThat(config.scop().beta1()).isEqualTo(0.5);
    assertThat(config.scop().beta2()).isEqualTo(0.9);
    assertThat(config.scop().knockoff()).isEqualTo(Knockoff.DERANGEMENT);
    assertThat(config.scop().compatibility()).isEqualTo(Compatibility.OFFICIAL);
    assertThat(config.scop().algorithm(5)).isEqualTo(ScopConfiguration.official(0.45, 5));
    assertThat(config.scop().fineTune().epochs()).isEqualTo(40);
    assertThat(config.scop().fineTune().momentum()).isEqualTo(0.9);
    assertThat(config.training().precision()).isEqualTo(Precision.FLOAT32);
    assertThat(config.scop().fineTune().precision()).isEqualTo(Precision.FLOAT32);
    assertThat(config.spark().master()).isEmpty();
    assertThat(config.spark().properties()).isEmpty();
  }

  @Test
  void laterLayersStandAboveEarlierOnes() throws IOException {
    String file = file("seed = 7\nscop { rate = 0.3, epochs = 4 }\n");
    Settings settings =
        Settings.load("scop", file, List.of("scop.rate=0.2", "scop.rate=0.1", "output=x"));
    ScopJobConfig config = ScopJobConfig.from(settings.root());
    assertThat(config.seed()).isEqualTo(7);
    assertThat(config.scop().rate()).isEqualTo(0.1);
    assertThat(config.scop().epochs()).isEqualTo(4);
    assertThat(config.scop().batch()).isEqualTo(128);
    assertThat(config.output()).isEqualTo("x");
  }

  @Test
  void aFileMayIncludeAnotherBesideIt() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "scop.rate = 0.25\n");
    Settings settings = Settings.load("scop", file("include \"base.conf\"\nseed = 3\n"), List.of());
    assertThat(ScopJobConfig.from(settings.root()).scop().rate()).isEqualTo(0.25);
  }

  @Test
  void pathsAndUrlsNeedNoQuotesOnTheCommandLine() {
    ScopJobConfig config =
        scop("output=hdfs://name:8020/a b/c", "spark.master=local[2]", "scop.knockoff=noise");
    assertThat(config.output()).isEqualTo("hdfs://name:8020/a b/c");
    assertThat(config.spark().master()).contains("local[2]");
    assertThat(config.scop().knockoff()).isEqualTo(Knockoff.NOISE);
  }

  @Test
  void sparkPropertiesAreTheUsersOwn() throws IOException {
    String file =
        file(
            """
            spark.conf.spark.executor { memory = 4g, memoryOverhead = 1g }
            spark.conf { "spark.speculation" = true, spark.speculation.quantile = 0.9 }
            """);
    Settings settings = Settings.load("scop", file, List.of("spark.conf.spark.executor.memory=6g"));
    assertThat(ScopJobConfig.from(settings.root()).spark().properties())
        .isEqualTo(
            Map.of(
                "spark.executor.memory", "6g",
                "spark.executor.memoryOverhead", "1g",
                "spark.speculation", "true",
                "spark.speculation.quantile", "0.9"));
  }

  @Test
  void hadoopPropertiesReachTheFileSystems() {
    Settings settings =
        Settings.load("scop", null, List.of("spark.conf.spark.hadoop.fs.s3a.endpoint=here"));
    assertThat(settings.hadoop().get("fs.s3a.endpoint")).isEqualTo("here");
  }

  @Test
  void gpusAreAskedForOnlyWhereATaskHoldsSome() {
    assertThat(scop().spark().gpus()).isEmpty();
    assertThat(scop("spark.gpusPerTask=1").spark().gpus())
        .contains(new GpuRequest(1, 1, Optional.empty()));
    assertThat(
            scop(
                    "spark.gpusPerTask=0.25",
                    "spark.gpusPerExecutor=2",
                    "spark.gpuDiscoveryScript=/opt/gpus.sh")
                .spark()
                .gpus())
        .contains(new GpuRequest(0.25, 2, Optional.of("/opt/gpus.sh")));
  }

  @Test
  void normalizationTakesGivenConstantsBeforeNamedOnes() {
    ScopJobConfig config =
        scop("data.normalization.mean=[0.1, 0.2, 0.3]", "data.normalization.std=[0.4, 0.5, 0.6]");
    assertThat(config.data().normalization().forChannels(3).mean())
        .containsExactly(0.1f, 0.2f, 0.3f);
    assertThatThrownBy(() -> config.data().normalization().forChannels(1))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("data.normalization must be for 1 channels, as the images have: 3");
    assertThat(scop("data.normalization.name=none").data().normalization().forChannels(1).std())
        .containsExactly(1f);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "scop.rate=1.0 | scop.rate must be in [0, 1): 1.0 (--set scop.rate)",
        "scop.rate=-0.1 | scop.rate must be in [0, 1): -0.1 (--set scop.rate)",
        "scop.rate=half | scop.rate must be a number: \"half\" (--set scop.rate)",
        "scop.rate=null | scop.rate must be a number: null (--set scop.rate)",
        "scop.rate=NaN | scop.rate must be in [0, 1): \"NaN\" (--set scop.rate)",
        "scop.rate=[1] | scop.rate must be a number: [1] (--set scop.rate)",
        "scop.rat=0.3 | Unknown key scop.rat (--set scop.rat); did you mean scop.rate?",
        "scop.fineTune.epoch=3 | Unknown key scop.fineTune.epoch (--set scop.fineTune.epoch);"
            + " did you mean scop.fineTune.epochs or scop.epochs or training.epochs?",
        "data.colour=3 | Unknown key data.colour (--set data.colour); allowed in data are augment,"
            + " format, height, limit, normalization, onCorrupt, path, synthetic, width",
        "scop=3 | scop must be a section with averagingInterval, batch, beta1, beta2,"
            + " compatibility, epochs, fineTune, importance, knockoff, knockoffPath, learningRate,"
            + " rate, recalibrate: 3 (--set scop)",
        "seed.a=3 | seed must be a value, not a section: {\"a\":3} (--set seed.a)",
        "seed=1.5 | seed must be a whole number: 1.5 (--set seed)",
        "training.epochs=ten | training.epochs must be a whole number of at least 0: \"ten\""
            + " (--set training.epochs)",
        "training.epochs=3000000000 | training.epochs must be a whole number of at most"
            + " 2147483647: 3000000000 (--set training.epochs)",
        "training.epochs=0 | training.epochs must be at least 1 when model.weights is null: 0"
            + " (--set training.epochs)",
        "training.warmupEpochs=20 | training.warmupEpochs must be fewer than epochs (20): 20"
            + " (--set training.warmupEpochs)",
        "training.mode=sum | training.mode must be one of averaging, allreduce: \"sum\" (--set training.mode)",
        "training.syncBatchNorm=true | training.syncBatchNorm must be false unless mode is allreduce:"
            + " true (--set training.syncBatchNorm)",
        "training.precision=half | training.precision must be one of float32, bf16-mixed: \"half\""
            + " (--set training.precision)",
        "training.learningRate=0 | training.learningRate must be above 0: 0"
            + " (--set training.learningRate)",
        "training.weightDecay=-1 | training.weightDecay must be at least 0: -1"
            + " (--set training.weightDecay)",
        "scop.recalibrate=perhaps | scop.recalibrate must be true or false: \"perhaps\""
            + " (--set scop.recalibrate)",
        "scop.batch=1 | scop.batch must be a whole number of at least 2: 1 (--set scop.batch)",
        "scop.knockoff=mirror | scop.knockoff must be one of derangement, permutation, gaussian,"
            + " images, noise: \"mirror\" (--set scop.knockoff)",
        "scop.knockoff=images | scop.knockoffPath must name a folder when scop.knockoff is images:"
            + " null (default)",
        "scop.compatibility=mine | scop.compatibility must be one of official, golden-stick:"
            + " \"mine\" (--set scop.compatibility)",
        "scop.compatibility=golden-stick | scop.knockoff must be permutation when"
            + " scop.compatibility is golden-stick: \"derangement\" (default)",
        "data.format=cifar10 | data.path must name the folder of the cifar10 data: null (default)",
        "data.synthetic.classes=101 | data.synthetic.classes must be a whole number of at most"
            + " 100: 101 (--set data.synthetic.classes)",
        "data.synthetic.difficulty=5 | data.synthetic.difficulty must be in [0, 4]: 5"
            + " (--set data.synthetic.difficulty)",
        "data.normalization.mean=[0.5] | data.normalization.std must be given together with the"
            + " other of mean and std: null (default)",
        "model.name=vgg | model.name must be one of lenet5, resnet20, resnet32, resnet44, resnet56,"
            + " resnet110, resnet18, resnet34, resnet50, resnet101, resnet152, mobilenetv2,"
            + " densenet100: \"vgg\""
            + " (--set model.name)",
        "model.weights=/nowhere/x.safetensors | model.weights must name something that exists:"
            + " \"/nowhere/x.safetensors\" (--set model.weights)",
        "model.weights=x.bin | model.weights must be a .safetensors, a DL4J .zip or an .onnx file: \"x.bin\""
            + " (--set model.weights)",
        "output=[1, 2] | output must be a text: [1,2] (--set output)",
        "output= | output must be a text: \"\" (--set output)",
        "spark.partitions=0 | spark.partitions must be a whole number of at least 1: 0"
            + " (--set spark.partitions)",
        "spark.gpusPerTask=2 | spark.gpusPerTask must be in [0, 1]: 2 (--set spark.gpusPerTask)",
        "spark.gpusPerTask=0.75 | spark.gpusPerTask must be 0, at most 0.5, or 1: 0.75"
            + " (--set spark.gpusPerTask)",
        "spark.gpusPerExecutor=2 | spark.gpusPerExecutor must be null where spark.gpusPerTask is 0:"
            + " 2 (--set spark.gpusPerExecutor)",
        "spark.gpuDiscoveryScript=/x | spark.gpuDiscoveryScript must be null where"
            + " spark.gpusPerTask is 0: \"/x\" (--set spark.gpuDiscoveryScript)",
        "spark.conf.spark.x=[1] | spark.conf.spark.x must be a single value for a Spark property:"
            + " [1] (--set spark.conf.spark.x)",
        "nothing | --set must be given as key=value: nothing",
        "a..b=1 | --set must be given a key like training.epochs: a..b=1",
        "output=[1 | Cannot read --set output=[1: not HOCON",
      })
  void eachMistakeGetsOneSentence(String override, String sentence) {
    assertThatThrownBy(() -> scop(override))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(sentence);
  }

  private static BenchmarkConfig benchmark(String... overrides) {
    return BenchmarkJobConfig.from(Settings.load("benchmark", null, List.of(overrides)).root())
        .benchmark();
  }

  @Test
  void aBenchmarkTakesAllCoresUnlessTold() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(benchmark())
        .isEqualTo(
            new BenchmarkConfig(
                "resnet20",
                128,
                cores,
                1,
                Precision.FLOAT32,
                5,
                2,
                java.util.Optional.empty(),
                "python3"));
    BenchmarkConfig told =
        benchmark(
            "benchmark.threads=6",
            "benchmark.tasks=3",
            "benchmark.precision=bf16-mixed",
            "benchmark.peer=stock");
    assertThat(told.threadsPerTask()).isEqualTo(2);
    assertThat(told.precision()).isEqualTo(Precision.BF16_MIXED);
    assertThat(told.peer()).contains(Peer.STOCK);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "benchmark.batch=0 | benchmark.batch must be a whole number of at least 1: 0"
            + " (--set benchmark.batch)",
        "benchmark.threads=-1 | benchmark.threads must be a whole number of at least 0: -1"
            + " (--set benchmark.threads)",
        "benchmark.tasks=0 | benchmark.tasks must be a whole number of at least 1: 0"
            + " (--set benchmark.tasks)",
        "benchmark.tasks=2 | benchmark.tasks must be a divisor of the threads (3): 2"
            + " (--set benchmark.tasks)",
        "benchmark.precision=float16 | benchmark.precision must be one of float32, bf16-mixed:"
            + " \"float16\" (--set benchmark.precision)",
        "benchmark.rounds=0 | benchmark.rounds must be a whole number of at least 1: 0"
            + " (--set benchmark.rounds)",
        "benchmark.seconds=0 | benchmark.seconds must be above 0: 0 (--set benchmark.seconds)",
        "benchmark.peer=jax | benchmark.peer must be one of stock, torch: \"jax\""
            + " (--set benchmark.peer)",
        "benchmark.threat=1 | Unknown key benchmark.threat (--set benchmark.threat); did you mean"
            + " benchmark.threads?",
      })
  void eachMistakeInABenchmarkGetsOneSentence(String override, String sentence) {
    assertThatThrownBy(() -> benchmark("benchmark.threads=3", override))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(sentence);
  }

  @Test
  void aBenchmarkNamesTheNetworksThereAre() {
    assertThatThrownBy(() -> benchmark("benchmark.network=alexnet"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "benchmark.network must be one of "
                + String.join(", ", Networks.names())
                + ": \"alexnet\" (--set benchmark.network)");
  }

  @Test
  void aMistakeInAFileIsNamedWithItsLine() throws IOException {
    String file = file("seed = 7\nscop {\n  rate = 1.0\n}\n");
    assertThatThrownBy(() -> ScopJobConfig.from(Settings.load("scop", file, List.of()).root()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("scop.rate must be in [0, 1): 1.0 (" + file + ":3)");
  }

  @Test
  void anUnknownKeyInAFileIsNamedWithItsLine() throws IOException {
    String file = file("\ntraining.epoch = 3\n");
    assertThatThrownBy(() -> Settings.load("train", file, List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("Unknown key training.epoch (" + file + ":2); did you mean training.epochs?");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Settings.load("scop", "nowhere.conf", List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("Cannot read the configuration: no such file: nowhere.conf");
    assertThatThrownBy(() -> Settings.load("scop", folder.toString(), List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("Cannot read the configuration: is a folder: " + folder);
  }

  @Test
  void aFileThatIsNotHoconIsRefusedWithTheLine() throws IOException {
    String file = file("seed = 1\nscop { rate = \n");
    assertThatThrownBy(() -> Settings.load("scop", file, List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("Cannot read the configuration: " + file + ": ");
  }

  @Test
  void evaluationNeedsWeights() {
    assertThatThrownBy(
            () -> EvaluateJobConfig.from(Settings.load("evaluate", null, List.of()).root()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "model.weights must name the file with the weights to evaluate: null (default)");
  }

  @Test
  void trainingNeedsAnEpoch() {
    assertThatThrownBy(
            () ->
                TrainJobConfig.from(
                    Settings.load("train", null, List.of("training.epochs=0")).root()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "training.epochs must be a whole number of at least 1: 0 (--set training.epochs)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "evaluate", "scop", "data"})
  void whatIsPrintedReadsBackAsTheSame(String verb) throws IOException {
    List<String> overrides = List.of("data.synthetic.train=12", "spark.conf.spark.x.y=2");
    Settings settings = Settings.load(verb, null, overrides);
    String printed = settings.print();
    assertThat(printed)
        .contains("# A corrupt record", "train = 12  # set by --set data.synthetic.train")
        .contains("\"spark.x.y\" = 2  # set by --set spark.conf.spark.x.y");
    assertThat(Settings.load(verb, file(printed), List.of()).asMap()).isEqualTo(settings.asMap());
  }

  @Test
  void everyKeyOfAVerbIsExplainedOrSelfEvident() {
    String printed = Settings.load("scop", null, List.of()).print();
    assertThat(printed)
        .contains(
            "  # Share of the channels to remove from each layer, in [0, 1).\n  rate = 0.45\n")
        .contains("# Seed of every random stream");
  }

  @Test
  void theFingerprintIgnoresWhereAResultGoesAndWhereSparkRuns() {
    String fingerprint = Settings.load("scop", null, List.of()).fingerprint();
    assertThat(fingerprint).matches("[0-9a-f]{64}");
    assertThat(
            Settings.load(
                    "scop",
                    null,
                    List.of(
                        "output=elsewhere",
                        "spark.master=yarn",
                        "spark.gpusPerTask=1",
                        "spark.conf.spark.executor.memory=2g",
                        "evaluation.latencyRuns=0",
                        "scop.rate=0.450"))
                .fingerprint())
        .isEqualTo(fingerprint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scop.rate=0.4",
        "seed=2",
        "spark.partitions=3",
        "data.limit.train=10",
        "training.precision=bf16-mixed",
        "scop.fineTune.precision=bf16-mixed"
      })
  void theFingerprintCoversWhatAResultDependsOn(String override) {
    assertThat(Settings.load("scop", null, List.of(override)).fingerprint())
        .isNotEqualTo(Settings.load("scop", null, List.of()).fingerprint());
  }

  @Test
  void thePublishedConfigurationsAreAccepted() throws IOException {
    Path conf = Path.of("..", "conf");
    List<String> data = List.of("data.path=" + folder);
    Files.writeString(folder.resolve("w.zip"), "");
    List<String> weights = List.of("data.path=" + folder, "model.weights=" + folder + "/w.zip");
    ScopJobConfig demo =
        ScopJobConfig.from(
            Settings.load("scop", conf.resolve("scop-demo.conf").toString(), List.of()).root());
    assertThat(demo.data().format()).isEqualTo("synthetic");
    assertThat(demo.scop().rate()).isEqualTo(0.45);
    ScopJobConfig.from(
        Settings.load("scop", conf.resolve("scop-resnet20-cifar10.conf").toString(), weights)
            .root());
    EvaluateJobConfig.from(
        Settings.load("evaluate", conf.resolve("evaluate-cifar10.conf").toString(), weights)
            .root());
    TrainJobConfig.from(
        Settings.load("train", conf.resolve("train-cifar10.conf").toString(), data).root());
  }

  private static CompressJobConfig compress(String... overrides) {
    return CompressJobConfig.from(Settings.load("compress", null, List.of(overrides)).root());
  }

  @Test
  void aPipelineIsAListOfAlgorithms() {
    assertThat(compress().pipeline()).containsExactly(Algorithm.PRUNE);
    assertThat(compress("pipeline=[scop, prune]").pipeline())
        .containsExactly(Algorithm.SCOP, Algorithm.PRUNE);
    assertThat(compress("prune.importance=geometric-median").prune().importance())
        .isEqualTo(ChannelScore.GEOMETRIC_MEDIAN);
    assertThat(compress("prune.ignored=[\"conv1\", \"layer1.*\"]").prune().ignored())
        .containsExactly("conv1", "layer1.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pipeline=[]|pipeline must name at least one algorithm",
        "pipeline=[prune, quantise]|pipeline must be a list of some of prune, scop",
        "pipeline=prune|pipeline must be a list of some of prune, scop",
        "pipeline=[scop, scop]|pipeline must name each algorithm at most once",
        "prune.rate=0|prune.rate must be in (0, 1)",
        "prune.rate=1|prune.rate must be in (0, 1)",
        "prune.steps=0|prune.steps must be a whole number of at least 1",
        "prune.target=flops|prune.target must be one of channels, parameters, macs, latency",
        "prune.ignored=[\"conv[\"]|prune.ignored must be a list of regular expressions",
        "prune.ignored=[1]|prune.ignored must be a list of texts",
      })
  void aPipelineThatCannotBeUsedIsRefused(String setting, String sentence) {
    assertThatThrownBy(() -> compress(setting))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(sentence);
  }
}
