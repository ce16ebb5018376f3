package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.jobs.benchmark.StockNetworks;
import org.espalier.jobs.benchmark.scaling.Curve;
import org.espalier.jobs.benchmark.scaling.Measured;
import org.espalier.jobs.benchmark.scaling.ScalingContest;
import org.espalier.jobs.benchmark.scaling.ScalingResult;
import org.espalier.jobs.benchmark.scaling.ScalingTable;
import org.espalier.jobs.benchmark.scaling.Simulation;
import org.espalier.jobs.benchmark.scaling.StepTimes;
import org.espalier.jobs.config.Contender;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.ScalingConfig;
import org.espalier.jobs.config.ScalingJobConfig;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.config.Workload;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.training.Shards;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The work of the verb {@code benchmark scaling}: measures training on 1, 2 and more executors. */
final class ScalingJob implements Job<ScalingJobConfig> {
  private static final String STOCK_NOTE =
      "Stock computes in float32, whatever benchmark.precision says.";

  @Override
  public void run(ScalingJobConfig config, JobContext context) throws IOException {
    ScalingConfig benchmark = config.benchmark();
    Workforce workforce = Sessions.workforce(config.spark());
    workforce.check(benchmark);
    Images train = Images.open(config.data(), Part.TRAIN, context.hadoop());
    Images test = Images.open(config.data(), Part.TEST, context.hadoop());
    checkImages(benchmark, benchmark.executors().orElse(List.of(1)), train);
    ScalingContest.Networks networks = networks(config, train);
    PrecisionCheck.of(context, train).check(benchmark.precision(), networks.ours());
    JavaSparkContext spark = context.sparkContext();
    List<Integer> executors = workforce.assemble(spark, benchmark);
    checkImages(benchmark, executors, train);
    try (Shards tests = Shards.contiguous(spark, test.set(), executors.get(executors.size() - 1))) {
      context.report().data(Images.summary(train, test, CorruptRecords.NONE));
      Measuring measuring = Measuring.of(context, test, tests, config.data(), config.evaluation());
      ScalingContest.Data data =
          new ScalingContest.Data(
              train.set(),
              train.training(config.data()),
              train.classes(),
              network -> measuring.accuracy(network).top1());
      try (ScalingContest contest =
          new ScalingContest(spark, benchmark, networks, data, config.seed())) {
        report(measure(contest, executors, benchmark, context), contest, config, context);
      }
    }
  }

  private static void checkImages(ScalingConfig config, List<Integer> executors, Images train) {
    long size = train.set().size();
    if (config.budgetImages() > size && config.budgetImages() % size != 0) {
      throw new InvalidConfigException(
          String.format(
              "benchmark.budgetImages must be a multiple of the training images (%d), or less: %d",
              size, config.budgetImages()));
    }
    for (int k : executors) {
      if (config.workload() == Workload.STRONG && config.batch() % k != 0) {
        throw new InvalidConfigException(
            String.format(
                "benchmark.batch must be a multiple of each number of executors (%d): %d",
                k, config.batch()));
      }
      for (Contender contender : config.contenders()) {
        long needed = (long) k * config.images(contender, k);
        if (needed > size) {
          throw new InvalidConfigException(
              String.format(
                  "benchmark.%s must be less: it takes %d training images where executors is %d, there are %d",
                  contender == Contender.STOCK ? "stockImages" : "images", needed, k, size));
        }
      }
    }
  }

  private static ScalingContest.Networks networks(ScalingJobConfig config, Images train) {
    ScalingConfig benchmark = config.benchmark();
    ImageShape shape = train.set().shape();
    NetworkOptions options =
        NetworkOptions.builder()
            .classes(train.classes())
            .input(shape.height(), shape.width(), shape.channels())
            .shortcut(Shortcut.CONVOLUTION)
            .seed(config.seed())
            .updater(new Nesterovs(benchmark.learningRate(), benchmark.momentum()))
            .l2(0)
            .build();
    ComputationGraphConfiguration network = Networks.named(benchmark.network(), options);
    ComputationGraph ours = new ComputationGraph(network);
    ours.init();
    if (!benchmark.contenders().contains(Contender.STOCK)) {
      return new ScalingContest.Networks(ours, null);
    }
    try {
      return new ScalingContest.Networks(ours, StockNetworks.of(ours, options));
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(
          "benchmark.contenders cannot have stock for "
              + benchmark.network()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Map<Contender, List<Measured>> measure(
      ScalingContest contest, List<Integer> executors, ScalingConfig config, JobContext context)
      throws IOException {
    Map<Contender, Map<Integer, Rounds>> rounds = new EnumMap<>(Contender.class);
    config.contenders().forEach(contender -> rounds.put(contender, new HashMap<>()));
    for (int number = 1; number <= config.repeats(); number++) {
      for (int k : executors) {
        for (Contender contender : config.contenders()) {
          double speed = contest.pass(contender, k);
          Rounds own = rounds.get(contender).computeIfAbsent(k, none -> new Rounds());
          own.speeds.add(speed);
          own.add(contest.steps(contender, k));
          note("pass", contender, k, Map.of("number", number, "imagesPerSecond", speed), context);
          say(
              context,
              "pass %d of %d: %s on %d: %.1f images/s",
              number,
              config.repeats(),
              Section.nameOf(contender),
              k,
              speed);
        }
      }
    }
    Map<Contender, List<Measured>> measured = new EnumMap<>(Contender.class);
    for (Contender contender : config.contenders()) {
      List<Measured> points = new ArrayList<>();
      for (int k : executors) {
        Rounds own = rounds.get(contender).get(k);
        double top1 = top1(contest, contender, k, config, context);
        points.add(new Measured(k, config.batch(k), own.speeds, own.steps, top1));
      }
      measured.put(contender, points);
    }
    return measured;
  }

  private static double top1(
      ScalingContest contest, Contender contender, int k, ScalingConfig config, JobContext context)
      throws IOException {
    if (config.budgetImages() == 0) {
      return Double.NaN;
    }
    double top1 = contest.top1(contender, k);
    note("budget", contender, k, Map.of("images", config.budgetImages(), "top1", top1), context);
    say(
        context,
        "%s on %d after %d images: top-1 %.2f %%",
        Section.nameOf(contender),
        k,
        config.budgetImages(),
        100 * top1);
    return top1;
  }

  /** What the rounds of a contender gave on a number of executors. */
  private static final class Rounds {
    private final List<Double> speeds = new ArrayList<>();
    private List<StepTimes> steps = List.of();

    void add(List<StepTimes> more) {
      List<StepTimes> before = steps;
      steps =
          before.isEmpty()
              ? more
              : IntStream.range(0, more.size())
                  .mapToObj(executor -> before.get(executor).plus(more.get(executor)))
                  .toList();
    }
  }

  private static void note(
      String event, Contender contender, int executors, Map<String, Number> values, JobContext to) {
    Map<String, Object> fields = new HashMap<>(values);
    fields.put("contender", Section.nameOf(contender));
    fields.put("executors", executors);
    to.events().add(event, fields);
  }

  private static void say(JobContext context, String format, Object... values) {
    context.out().println(String.format(Locale.ROOT, format, values));
  }

  private static void report(
      Map<Contender, List<Measured>> measured,
      ScalingContest contest,
      ScalingJobConfig config,
      JobContext context) {
    ScalingConfig benchmark = config.benchmark();
    List<Measured> any = measured.values().iterator().next();
    ScalingResult result =
        new ScalingResult(
            benchmark.network(),
            Section.nameOf(benchmark.workload()),
            Section.nameOf(benchmark.precision()),
            benchmark.averagingInterval(),
            Sessions.taskCpus(config.spark()),
            benchmark.repeats(),
            benchmark.budgetImages() == 0 ? null : (long) benchmark.budgetImages(),
            any.stream().map(Measured::executors).toList(),
            curve(measured.get(Contender.AVERAGING)),
            curve(measured.get(Contender.ALLREDUCE)),
            curve(measured.get(Contender.STOCK)),
            simulation(measured, contest.traffic(), config));
    context.report().section("scaling", result);
    if (result.stock() != null && benchmark.precision() != Precision.FLOAT32) {
      context.report().note(STOCK_NOTE);
    }
    ScalingTable.of(result).forEach(context.out()::println);
  }

  private static Curve curve(List<Measured> measured) {
    return measured == null ? null : Curve.of(measured);
  }

  private static Simulation simulation(
      Map<Contender, List<Measured>> measured,
      Simulation.Traffic traffic,
      ScalingJobConfig config) {
    Measured averaging = alone(measured.get(Contender.AVERAGING));
    Measured allreduce = alone(measured.get(Contender.ALLREDUCE));
    boolean modelled = !config.benchmark().simulation().executors().isEmpty();
    return modelled && (averaging != null || allreduce != null)
        ? Simulation.of(config.benchmark(), config.seed(), traffic, averaging, allreduce)
        : null;
  }

  private static Measured alone(List<Measured> measured) {
    return measured == null ? null : measured.get(0);
  }
}
