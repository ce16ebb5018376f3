package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.spark.SharedSpark;
import org.espalier.spark.collective.FaultyProxy;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.RingEndpoint;
import org.espalier.spark.collective.RingSettings;
import org.espalier.spark.collective.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.Map$;

class AllReduceTrainerTest {

  private static TrainingPlan plan(int epochs, int batch) {
    return TrainingPlan.of("test", epochs, batch, 5, TinyData.PLAIN, TinyData.CLASSES);
  }

  private static AllReduceTrainer trainer() {
    return AllReduceTrainer.builder(SharedSpark.context()).retries(0).build();
  }

  static List<IUpdater> updaters() {
    return List.of(new Sgd(0.05), new Nesterovs(0.05, 0.9), new Adam(0.01));
  }

  /** Returns those of the shards' workers for whom a rank trains. */
  private static List<AllReduceTask.Worker> workers(
      TrainingPlan plan, List<ImageShard> shards, int rank, RingAllReduce ring, int epoch) {
    return IntStream.range(0, shards.size())
        .filter(worker -> worker % ring.ranks() == rank)
        .mapToObj(
            worker ->
                new AllReduceTask.Worker(worker, new ShardBatches(plan, shards.get(worker), epoch)))
        .toList();
  }

  /** Trains ranks in threads of this process, one a network; returns the network of each. */
  private static List<ComputationGraph> ranks(
      TrainingPlan plan, List<ComputationGraph> networks, List<ImageShard> shards)
      throws Exception {
    return ranks(plan, networks, shards, false);
  }

  private static List<ComputationGraph> ranks(
      TrainingPlan plan,
      List<ComputationGraph> networks,
      List<ImageShard> shards,
      boolean syncBatchNorm)
      throws Exception {
    int steps = shards.stream().mapToInt(shard -> plan.steps(shard.size())).max().orElseThrow();
    List<RingEndpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < networks.size(); rank++) {
      endpoints.add(RingEndpoint.open("127.0.0.1"));
    }
    List<String> addresses = endpoints.stream().map(RingEndpoint::address).toList();
    ExecutorService threads = Executors.newFixedThreadPool(networks.size());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int rank = 0; rank < networks.size(); rank++) {
        int own = rank;
        running.add(
            threads.submit(
                () -> {
                  RingSettings settings = RingSettings.defaults();
                  try (RingAllReduce ring =
                          endpoints.get(own).connect(own, addresses, "token", settings);
                      WorkerNetwork network = new WorkerNetwork(networks.get(own))) {
                    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
                      Segment segment =
                          new Segment("test", 5, epoch, epoch * steps, 0, steps, plan.precision());
                      RankResult result =
                          new AllReduceTask<ImageShard>(
                                  null,
                                  ParameterLayout.of(networks.get(own)),
                                  null,
                                  segment,
                                  new AllReduceSettings(
                                      Duration.ofMinutes(1),
                                      Wire.FLOAT32,
                                      syncBatchNorm,
                                      3,
                                      Duration.ZERO,
                                      Ranks::throughSpark,
                                      "token"),
                                  LiveSums.Counters.unread())
                              .train(network, workers(plan, shards, own, ring, epoch), ring);
                      assertThat(result.failure()).isNull();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> rank : running) {
        rank.get();
      }
    } finally {
      threads.shutdownNow();
      endpoints.forEach(RingEndpoint::close);
    }
    return networks;
  }

  /** Trains one network on the batches of all shards together. */
  private static ComputationGraph single(
      TrainingPlan plan, ComputationGraph network, List<ImageShard> shards) {
    try (WorkerNetwork worker = new WorkerNetwork(network)) {
      for (int epoch = 0; epoch < plan.epochs(); epoch++) {
        network.getConfiguration().setEpochCount(epoch);
        int steps = shards.stream().mapToInt(shard -> plan.steps(shard.size())).max().orElseThrow();
        for (int step = 0; step < steps; step++) {
          List<DataSet> parts = new ArrayList<>();
          for (ImageShard shard : shards) {
            ShardBatches batches = new ShardBatches(plan, shard, epoch);
            if (step < batches.steps()) {
              MultiDataSet batch = batches.batch(step).data();
              parts.add(new DataSet(batch.getFeatures(0), batch.getLabels(0)));
            }
          }
          worker.train(DataSet.merge(parts).toMultiDataSet(), plan.precision(), 1);
        }
      }
    }
    return network;
  }

  private static List<ComputationGraph> copies(int count, IUpdater updater) {
    return IntStream.range(0, count).mapToObj(i -> TinyData.plain(updater)).toList();
  }

  private static List<ComputationGraph> residuals(int count, IUpdater updater) {
    return IntStream.range(0, count).mapToObj(i -> TinyData.residual(updater)).toList();
  }

  private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
    double apart = actual.sub(expected).norm2Number().doubleValue();
    assertThat(apart / expected.norm2Number().doubleValue()).isLessThan(tolerance);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void twoRanksTakeTheStepsOfTheSummedBatch(IUpdater updater) throws Exception {
    List<ImageShard> shards = TinyData.packed(80, 80);

    List<ComputationGraph> ranks = ranks(plan(2, 8), copies(2, updater), shards);

    ComputationGraph single = single(plan(2, 8), TinyData.plain(updater), shards);
    assertThat(single.getIterationCount()).isEqualTo(20);
    assertThat(ranks.get(1).params()).isEqualTo(ranks.get(0).params());
    assertClose(ranks.get(0).params(), single.params(), 1e-6);
  }

  @Test
  void fourRanksWithUnequalShardsWeighByTheirExamples() throws Exception {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    List<ImageShard> shards = TinyData.packed(80, 43, 7, 60);

    List<ComputationGraph> ranks = ranks(plan(2, 8), copies(4, updater), shards);

    ComputationGraph single = single(plan(2, 8), TinyData.plain(updater), shards);
    for (ComputationGraph rank : ranks) {
      assertThat(rank.params()).isEqualTo(ranks.get(0).params());
      assertThat(rank.getUpdater().getStateViewArray())
          .isEqualTo(ranks.get(0).getUpdater().getStateViewArray());
    }
    assertClose(ranks.get(0).params(), single.params(), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true"})
  void fewerRanksTakeTheStepsOfAllWorkers(int count, boolean syncBatchNorm) throws Exception {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    List<ImageShard> shards = TinyData.packed(80, 43, 7, 60);
    ComputationGraph all = ranks(plan(2, 8), residuals(4, updater), shards, syncBatchNorm).get(0);

    List<ComputationGraph> fewer =
        ranks(plan(2, 8), residuals(count, updater), shards, syncBatchNorm);

    for (ComputationGraph rank : fewer) {
      assertThat(rank.params()).isEqualTo(fewer.get(0).params());
    }
    assertClose(fewer.get(0).params(), all.params(), 1e-6);
    assertClose(
        fewer.get(0).getUpdater().getStateViewArray(), all.getUpdater().getStateViewArray(), 1e-5);
  }

  @Test
  void replicasStayEqualBitForBitWithBatchNormalisation() throws Exception {
    List<ComputationGraph> networks =
        IntStream.range(0, 3).mapToObj(i -> TinyData.residual(new Adam(0.01))).toList();

    ranks(plan(3, 8), networks, TinyData.packed(40, 33, 20));

    assertThat(networks.get(1).params()).isEqualTo(networks.get(0).params());
    assertThat(networks.get(2).params()).isEqualTo(networks.get(0).params());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void synchronisedNormalisationSeesTheSummedBatch(IUpdater updater) throws Exception {
    List<ImageShard> shards = TinyData.packed(80, 80);

    List<ComputationGraph> ranks = ranks(plan(2, 8), residuals(2, updater), shards, true);

    ComputationGraph single = single(plan(2, 8), TinyData.residual(updater), shards);
    assertThat(single.getIterationCount()).isEqualTo(20);
    assertThat(ranks.get(1).params()).isEqualTo(ranks.get(0).params());
    assertClose(ranks.get(0).params(), single.params(), 1e-6);
    INDArray apart = ranks(plan(2, 8), residuals(2, updater), shards).get(0).params();
    assertThat(apart.distance2(single.params()))
        .isGreaterThan(100 * ranks.get(0).params().distance2(single.params()));
  }

  /** The last shard has not one batch: its rank learns from the others what to compile for. */
  @Test
  void ranksWithoutExamplesTakePartInSynchronisedNormalisation() throws Exception {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    List<ImageShard> shards = TinyData.packed(80, 43, 7, 1);

    List<ComputationGraph> ranks = ranks(plan(2, 8), residuals(4, updater), shards, true);

    ComputationGraph single = single(plan(2, 8), TinyData.residual(updater), shards);
    for (ComputationGraph rank : ranks) {
      assertThat(rank.params()).isEqualTo(ranks.get(0).params());
      assertThat(rank.getUpdater().getStateViewArray())
          .isEqualTo(ranks.get(0).getUpdater().getStateViewArray());
    }
    assertClose(ranks.get(0).params(), single.params(), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void synchronisedNormalisationOnSparkIsThatOfThreads(int shardCount) throws Exception {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    int[] sizes = Arrays.copyOf(new int[] {40, 25}, shardCount);
    List<ComputationGraph> threads =
        ranks(plan(2, 8), residuals(shardCount, updater), TinyData.packed(sizes), shardCount > 1);
    try (Shards shards = TinyData.shards(sizes)) {

      TrainingState trained =
          AllReduceTrainer.builder(SharedSpark.context())
              .retries(0)
              .synchroniseBatchNorm(true)
              .build()
              .train(
                  TrainingState.of(TinyData.residual(updater)),
                  shards,
                  plan(2, 8),
                  TrainingProgress.none());

      assertThat(trained.toGraph().params()).isEqualTo(threads.get(0).params());
    }
  }

  @Test
  void normalisationIsNotSynchronisedInANetworkThatIsNotCompiled() {
    AllReduceTrainer synchronised =
        AllReduceTrainer.builder(SharedSpark.context())
            .retries(0)
            .synchroniseBatchNorm(true)
            .build();
    try (Shards shards = TinyData.shards(40, 40)) {
      assertThatThrownBy(
              () ->
                  synchronised.train(
                      TrainingState.of(TinyData.network(new Sgd(0.05))),
                      shards,
                      plan(1, 8),
                      TrainingProgress.none()))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith(
              "Cannot synchronise batch normalisation: the network cannot be compiled (")
          .hasMessageEndingWith("); train it without");
    }
  }

  @Test
  void oneShardTrainsAsASingleProcessBitForBit() {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    TrainingPlan plan = plan(2, 8);
    ComputationGraph expected = TinyData.residual(updater);
    TinyData.fitCompiled(expected, TinyData.packed(43).get(0), plan);
    try (Shards shards = TinyData.shards(43)) {

      TrainingState trained =
          trainer()
              .train(
                  TrainingState.of(TinyData.residual(updater)),
                  shards,
                  plan,
                  TrainingProgress.none());

      assertThat(trained.toGraph().params()).isEqualTo(expected.params());
      assertThat(trained.epoch()).isEqualTo(2);
      assertThat(trained.iteration()).isEqualTo(expected.getIterationCount());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ranksOnSparkDoWhatRanksInThreadsDo(boolean normalized) throws Exception {
    IUpdater updater = new Adam(0.01);
    List<ComputationGraph> threads =
        IntStream.range(0, 2)
            .mapToObj(i -> normalized ? TinyData.network(updater) : TinyData.plain(updater))
            .toList();
    ranks(plan(2, 8), threads, TinyData.packed(40, 25));
    List<Double> losses = new ArrayList<>();
    try (Shards shards = TinyData.shards(40, 25)) {

      TrainingState trained =
          trainer()
              .train(
                  TrainingState.of(
                      normalized ? TinyData.network(updater) : TinyData.plain(updater)),
                  shards,
                  plan(2, 8),
                  new TrainingProgress() {
                    @Override
                    public void epoch(TrainingState state, SegmentReport report) {
                      losses.add(report.loss());
                      assertThat(report.epochImages()).isEqualTo(64);
                    }
                  });

      assertThat(trained.toGraph().params()).isEqualTo(threads.get(0).params());
      assertThat(trained.iteration()).isEqualTo(10);
      assertThat(losses.get(1)).isLessThan(losses.get(0));
    }
  }

  @Test
  void epochsMayBeTrainedInSeveralRuns() {
    IUpdater updater = new Adam(0.01);
    try (Shards shards = TinyData.shards(40, 25)) {
      TrainingState start = TrainingState.of(TinyData.residual(updater));
      TrainingState once = trainer().train(start, shards, plan(3, 8), TrainingProgress.none());
      List<TrainingState> states = new ArrayList<>();
      trainer()
          .train(
              start,
              shards,
              plan(3, 8),
              new TrainingProgress() {
                @Override
                public void epoch(TrainingState state, SegmentReport report) {
                  states.add(state);
                }
              });

      TrainingState resumed =
          trainer().train(states.get(0), shards, plan(3, 8), TrainingProgress.none());

      assertThat(resumed).isEqualTo(once);
    }
  }

  /** Keeps every state that is due. */
  private static final class Kept implements TrainingProgress {
    private final List<TrainingState> states = new ArrayList<>();

    @Override
    public void keep(TrainingState state) {
      states.add(state);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 3", "0, 1, 5", "4, 1, 5", "5, 0, 1"})
  void statesKeptWithinEpochsChangeNoBit(int every, long nanos, int perEpoch) {
    try (Shards shards = TinyData.shards(40, 25)) {
      TrainingState start = TrainingState.of(TinyData.dropping(new Adam(0.01)));
      TrainingState once = trainer().train(start, shards, plan(2, 8), TrainingProgress.none());
      Kept kept = new Kept();
      AllReduceTrainer keeping =
          AllReduceTrainer.builder(SharedSpark.context())
              .retries(0)
              .checkpoints(new CheckpointInterval(every, Duration.ofNanos(nanos)))
              .build();

      assertThat(keeping.train(start, shards, plan(2, 8), kept)).isEqualTo(once);

      assertThat(kept.states).hasSize(2 * perEpoch);
      TrainingState middle = kept.states.get(perEpoch / 2);
      assertThat(keeping.train(middle, shards, plan(2, 8), TrainingProgress.none()))
          .isEqualTo(once);
    }
  }

  @Test
  void moreShardsThanSlotsAreTrainedByFewerRanks() throws Exception {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    int[] sizes = {40, 25, 40};
    List<ComputationGraph> threads =
        ranks(plan(2, 8), residuals(3, updater), TinyData.packed(sizes));
    List<String> told = new ArrayList<>();
    RetryListener listener =
        new RetryListener() {
          @Override
          public void retrying(String what, int attempt, String reason) {
            told.add(reason);
          }

          @Override
          public void fewerRanks(String what, int ranks, int workers) {
            told.add(String.format("%s: %d for %d", what, ranks, workers));
          }
        };
    try (Shards shards = TinyData.shards(sizes)) {

      TrainingState trained =
          AllReduceTrainer.builder(SharedSpark.context())
              .listener(listener)
              .build()
              .train(
                  TrainingState.of(TinyData.residual(updater)),
                  shards,
                  plan(2, 8),
                  TrainingProgress.none());

      assertThat(told).containsExactly("steps 0 to 5 of epoch 0 of test: 2 for 3");
      assertClose(trained.toGraph().params(), threads.get(0).params(), 1e-6);
    }
  }

  @Test
  void halfPrecisionOnTheWireChangesLittleAndKeepsReplicasEqual() {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    try (Shards shards = TinyData.shards(40, 40)) {
      TrainingState start = TrainingState.of(TinyData.plain(updater));
      TrainingState full = trainer().train(start, shards, plan(2, 8), TrainingProgress.none());

      TrainingState half =
          AllReduceTrainer.builder(SharedSpark.context())
              .wire(Wire.FLOAT16)
              .build()
              .train(start, shards, plan(2, 8), TrainingProgress.none());

      assertThat(half.parameters()).isNotEqualTo(full.parameters());
      assertClose(
          Nd4j.createFromArray(half.parameters()), Nd4j.createFromArray(full.parameters()), 1e-2);
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsTrainingWithASentence() {
    try (Shards shards = TinyData.shards(40, 40)) {
      assertThatThrownBy(
              () ->
                  trainer()
                      .train(
                          TrainingState.of(TinyData.residual(new Sgd(1e30))),
                          shards,
                          plan(3, 8),
                          TrainingProgress.none()))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("Cannot go on with test: the loss became")
          .hasMessageEndingWith("a smaller learning rate may help");
    }
  }

  @Test
  void retriesGoOnFromTheLastEpochAndAreBounded() {
    List<String> told = new ArrayList<>();
    Retries retries =
        new Retries(
            2,
            Duration.ofMillis(1),
            (what, attempt, reason) -> told.add(what + " " + attempt + " " + reason));
    int[] calls = new int[1];

    assertThat(
            retries.<String>run(
                "epoch 3",
                () -> {
                  if (++calls[0] < 3) {
                    throw new ClusterException("lost", null);
                  }
                  return "done";
                }))
        .isEqualTo("done");
    assertThat(told).isEqualTo(Arrays.asList("epoch 3 1 lost", "epoch 3 2 lost"));
    assertThatThrownBy(
            () ->
                retries.run(
                    "epoch 4",
                    () -> {
                      throw new ClusterException("lost again", null);
                    }))
        .hasMessage("lost again");
    assertThatThrownBy(
            () ->
                retries.run(
                    "epoch 5",
                    () -> {
                      calls[0] = 100;
                      throw new TrainingException("the loss became NaN");
                    }))
        .hasMessage("the loss became NaN");
    assertThat(told).hasSize(4);
  }

  /** Has the first ranks that meet talk through a proxy which harms what rank 0 sends. */
  private static final class HarmedOnce implements Ranks.Meeting {
    private static final long serialVersionUID = 1L;
    private static FaultyProxy.Fault fault;
    private static FaultyProxy proxy;

    /** Arms one; tasks of a local Spark are in this process. */
    static HarmedOnce with(FaultyProxy.Fault next) {
      fault = next;
      proxy = null;
      return new HarmedOnce();
    }

    @Override
    public List<String> addresses(BarrierTaskContext context, String own) {
      List<String> addresses = new ArrayList<>(Ranks.throughSpark(context, own));
      if (context.partitionId() == 0 && proxy == null) {
        try {
          proxy = new FaultyProxy(addresses.get(1), fault, 5000);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        addresses.set(1, proxy.address());
      }
      return addresses;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP", "STALL", "CLOSE"})
  void aRanksHarmedConnectionCostsARetryAndChangesNoBit(FaultyProxy.Fault fault)
      throws IOException {
    List<String> told = new ArrayList<>();
    AllReduceTrainer.Builder builder =
        AllReduceTrainer.builder(SharedSpark.context())
            .timeout(Duration.ofSeconds(5))
            .pause(Duration.ofMillis(1))
            .listener((what, attempt, reason) -> told.add(what));
    try (Shards shards = TinyData.shards(40, 40)) {
      TrainingState start = TrainingState.of(TinyData.residual(new Nesterovs(0.05, 0.9)));
      TrainingState expected =
          builder.build().train(start, shards, plan(2, 8), TrainingProgress.none());
      assertThat(told).isEmpty();

      TrainingState trained =
          builder
              .meeting(HarmedOnce.with(fault))
              .build()
              .train(start, shards, plan(2, 8), TrainingProgress.none());

      assertThat(told).containsExactly("steps 0 to 5 of epoch 0 of test");
      assertThat(trained).isEqualTo(expected);
    } finally {
      HarmedOnce.proxy.close();
    }
  }

  @Test
  void heartbeatsTellHowAStageGoesOn() {
    List<Long> images = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void underway(long more, double loss, double accuracy) {
            images.add(more);
            losses.add(loss);
          }
        };
    LiveSums live = new LiveSums(SharedSpark.context(), progress);
    live.onExecutorMetricsUpdate(heartbeat(live, 7, 16, 32.0));
    live.onExecutorMetricsUpdate(heartbeat(live, 8, 16, 16.0));
    live.onExecutorMetricsUpdate(heartbeat(live, 7, 48, 64.0));
    live.onExecutorMetricsUpdate(heartbeat(live, 7, 48, 64.0));
    live.close();
    live.onExecutorMetricsUpdate(heartbeat(live, 7, 64, 64.0));

    assertThat(images).containsExactly(16L, 16L, 32L, -64L);
    assertThat(losses).containsExactly(2.0, 1.0, 1.0, Double.NaN);
  }

  private static SparkListenerExecutorMetricsUpdate heartbeat(
      LiveSums live, long task, long images, double loss) {
    LiveSums.Counters counters = live.counters();
    List<AccumulableInfo> infos =
        List.of(
            info(-1, 5L), info(counters.images().id(), images), info(counters.loss().id(), loss));
    return new SparkListenerExecutorMetricsUpdate(
        "1",
        JavaConverters.asScalaBuffer(
                List.of(
                    new Tuple4<Object, Object, Object, Seq<AccumulableInfo>>(
                        task, 0, 0, JavaConverters.asScalaBuffer(infos).toSeq())))
            .toSeq(),
        Map$.MODULE$.empty());
  }

  private static AccumulableInfo info(long id, Object update) {
    return new AccumulableInfo(
        id, Option.empty(), Option.apply(update), Option.empty(), false, false, Option.empty());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    AllReduceTrainer.Builder builder = AllReduceTrainer.builder(SharedSpark.context());
    assertThatThrownBy(() -> builder.retries(-1))
        .hasMessage("Cannot set the retries: there must be at least 0 (-1)");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .hasMessage("Cannot set the timeout: it must be positive (PT0S)");
  }
}
