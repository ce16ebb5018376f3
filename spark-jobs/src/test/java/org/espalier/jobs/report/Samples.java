package org.espalier.jobs.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.espalier.jobs.benchmark.BenchmarkResult;
import org.espalier.jobs.benchmark.Round;
import org.espalier.jobs.benchmark.scaling.Curve;
import org.espalier.jobs.benchmark.scaling.ScalingResult;
import org.espalier.jobs.benchmark.scaling.Simulation;
import org.espalier.jobs.config.Settings;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.quantize.Overlay;
import org.espalier.jobs.quantize.QuantizationReport;
import org.espalier.jobs.quantize.QuantizedLayerReport;
import org.espalier.jobs.search.SearchSummary;
import org.espalier.search.Code;

/** Reports such as jobs make, with made-up numbers. */
final class Samples {
  private Samples() {}

  /** The report of a SCOP run on a ResNet-20. */
  static Report scop() {
    Random random = new Random(1);
    ReportBuilder builder = new ReportBuilder();
    builder.data(
        new DataSummary(
            "cifar10", 20_000, 10_000, 49_998, 10_000, 2, List.of("a.bin: record 3 </script>")));
    builder.before(new Measurement(0.8734, 0.9951, 269_722, 40_551_040, 1_104_321, 1.84));
    builder.after(new Measurement(0.8611, 0.9943, 116_485, 17_391_220, 489_112, 1.02));
    builder.note("20,000 of 49,998 training images were used (data.limit.train).");
    stage(builder, random, "train", 20, 1.9, 0.873);
    stage(builder, random, "knockoff", 8, 0.8, 0.70);
    builder.stageEnded(StageResult.of("recalibrate", 1, 20_000, 9.1, 0.62));
    stage(builder, random, "fine-tune", 20, 0.9, 0.861);
    for (int stage = 1; stage <= 3; stage++) {
      for (int conv = 0; conv < 6; conv++) {
        layer(builder, random, "layer" + stage + "." + conv / 2 + ".conv" + (conv % 2 + 1), stage);
      }
    }
    return builder.build(
        new Run(
            "scop",
            "0.1.0",
            Settings.load("scop", null, List.of("data.limit.train=20000")).asMap(),
            "0123456789abcdef".repeat(4),
            1,
            Instant.parse("2030-01-02T03:04:05.678Z"),
            new SparkSummary("local[2]", 1, 0, 2, "3.5.7"),
            1234.5));
  }

  private static void stage(
      ReportBuilder builder, Random random, String name, int epochs, double loss, double top1) {
    for (int e = 1; e <= epochs; e++) {
      double done = e / (double) epochs;
      double l = loss * Math.pow(0.25, done) + 0.03 * random.nextDouble();
      double test = top1 - 0.4 * Math.pow(1 - done, 2) + 0.01 * random.nextDouble() - 0.01;
      builder.epochEnded(
          new EpochResult(
              name, e, l, Math.min(1, test + 0.03 * done), l * 1.1, test, 0.1, 20_000, 22.5));
    }
    builder.stageEnded(StageResult.of(name, epochs, epochs * 20_000L, epochs * 22.5, top1));
  }

  private static void layer(ReportBuilder builder, Random random, String name, int stage) {
    int channels = 8 << stage;
    int kept = channels - (int) (0.45 * channels);
    double[] factors = random.doubles(channels).map(x -> Math.min(1, 0.35 + 0.5 * x)).toArray();
    boolean[] isKept = new boolean[channels];
    List<Integer> positions = new ArrayList<>();
    double[] sorted = IntStream.range(0, channels).mapToDouble(c -> factors[c]).sorted().toArray();
    for (int c = 0; c < channels; c++) {
      isKept[c] = factors[c] >= sorted[channels - kept];
      if (isKept[c]) {
        positions.add(c);
      }
    }
    builder.layer(new LayerChange(name, channels, kept, 2_359_296, 1_297_612, positions));
    builder.controlFactors(ControlFactors.count(name, factors, isKept));
  }

  private static BenchmarkResult benchmark() {
    List<Round> ours = List.of(new Round(480, 1000), new Round(490, 1001));
    List<Round> stock = List.of(new Round(13, 40), new Round(14, 40));
    return new BenchmarkResult(
        485,
        1000.5,
        1234.5,
        null,
        "resnet20",
        128,
        2,
        1,
        "float32",
        ours,
        new BenchmarkResult.Peer("stock", 13.5, 40, 9876.5, null, stock, 35.93, 25.01));
  }

  /** The report of a benchmark of scaling, with a model of a larger cluster. */
  static Report scaling() {
    Curve ours = new Curve(1.9, List.of(point(1, 300, 1, 0.61), point(2, 570, 1.9, 0.58)));
    Curve stock = new Curve(1.5, List.of(point(1, 12, 1, Double.NaN), point(2, 18, 1.5, 0.5)));
    Simulation simulation =
        new Simulation(
            Simulation.KIND,
            List.of("Network: 10 Gbit/s & <nothing else>."),
            null,
            List.of(
                new Simulation.Point(8, 2345.6, 7.8, 0.975, 0.109, 0.01, 0.02),
                new Simulation.Point(64, 17_654.3, 58.8, 0.919, 0.116, 0.03, 0.05)));
    return new ReportBuilder()
        .section(
            "scaling",
            new ScalingResult(
                "resnet20",
                "weak",
                "float32",
                8,
                1,
                3,
                4096L,
                List.of(1, 2),
                ours,
                null,
                stock,
                simulation))
        .build(
            new Run(
                "benchmark-scaling",
                "0.1.0",
                Settings.load("benchmark-scaling", null, List.of()).asMap(),
                "cd".repeat(32),
                1,
                Instant.parse("2030-01-02T03:04:05Z"),
                new SparkSummary("local-cluster[2,1,2048]", 2, 0, 2, "3.5.7"),
                99));
  }

  /** The report of a search, with a failure and a cache hit. */
  static Report search() {
    List<SearchSummary.Point> trace = new ArrayList<>();
    List<SearchSummary.Task> timeline = new ArrayList<>();
    Random random = new Random(3);
    double best = Double.NaN;
    for (int i = 0; i < 70; i++) {
      String phase = i < 10 ? "initial" : i % 20 < 10 ? "onlooker" : "employed";
      double fitness = i == 5 ? Double.NaN : 0.4 + 0.003 * i + 0.1 * random.nextDouble();
      best = Double.isNaN(best) || fitness > best ? fitness : best;
      String how = i == 30 ? "cached" : "evaluated";
      trace.add(
          new SearchSummary.Point(
              i,
              phase,
              i / 20,
              0,
              Code.of(1 + i % 9, 5, 9),
              fitness,
              best,
              2e7 * (0.5 + fitness) - 1e6 * (i % 7),
              how));
      timeline.add(
          new SearchSummary.Task(
              Integer.toString(1 + i % 2),
              i,
              0,
              phase,
              Math.floorDiv(i, 2) * 3.1,
              2.5 + 0.5 * (i % 2)));
    }
    return new ReportBuilder()
        .section(
            "search",
            new SearchSummary(
                "bees",
                "wave",
                "MACs",
                22_303_072.0,
                1000,
                new SearchSummary.Best(Code.of(7, 5, 9), 0.6123, 0.6345, 21_000_000, 150_000),
                79,
                77,
                61,
                1,
                0,
                1,
                List.of("out of memory (Java heap space) <b>"),
                new SearchSummary.Budget(70, 0, 9, 1024, 0, 2048, 90_112),
                List.of(
                    new SearchSummary.Final(
                        Code.of(7, 5, 9),
                        0.6345,
                        0.6123,
                        0.0087,
                        List.of(0.61, 0.62),
                        21_000_000,
                        1),
                    new SearchSummary.Final(
                        Code.of(3, 5, 9),
                        0.6225,
                        0.6011,
                        Double.NaN,
                        List.of(0.6011),
                        19_000_000,
                        1)),
                trace,
                List.of(
                    new SearchSummary.Diversity(10, 0.41), new SearchSummary.Diversity(20, 0.33)),
                List.of(
                    new SearchSummary.Structure(Code.of(1, 1, 1), 0.5, 15_000_000, 99),
                    new SearchSummary.Structure(Code.of(7, 5, 9), 0.6345, 21_000_000, 150_000)),
                List.of(
                    new SearchSummary.Width("layer1.0.conv1", 7, 16, 11),
                    new SearchSummary.Width("layer2.0.conv1", 5, 32, 16),
                    new SearchSummary.Width("layer3.0.conv1", 9, 64, 57)),
                timeline,
                new SearchSummary.Driver(118.2, 0.71, 0.006),
                new SearchSummary.Schedule(2, 113.5, 109.9, 0.9683)))
        .build(
            new Run(
                "abc",
                "0.1.0",
                Settings.load("abc", null, List.of()).asMap(),
                "ef".repeat(32),
                1,
                Instant.parse("2030-01-02T03:04:05Z"),
                new SparkSummary("local[2]", 1, 0, 2, "3.5.7"),
                321));
  }

  private static Curve.Point point(int executors, double speed, double speedup, double top1) {
    return new Curve.Point(
        executors,
        32,
        speed,
        speed - 4.5,
        speed + 3,
        speedup,
        speedup / executors,
        32 * executors / speed,
        0.0321,
        1234.5,
        top1);
  }

  /** The report of a quantisation, with each layer rounded alone too. */
  static Report quantization() {
    Overlay weights = new Overlay(-0.5, 0.25, List.of(3L, 9L, 8L, 2L), List.of(4L, 8L, 9L, 1L));
    Overlay inputs = new Overlay(0, 0.5, List.of(90L, 7L, 3L), List.of(92L, 5L, 3L));
    return new ReportBuilder()
        .section(
            "quantization",
            new QuantizationReport(
                "Ptq(<4 bits>)",
                0.9125,
                Double.NaN,
                Double.NaN,
                0.8975,
                4096,
                1024,
                512,
                List.of(
                    new QuantizedLayerReport(
                        "conv1", 864, 8, 8, 44.25, 38.5, 0.0025, 41, weights, inputs),
                    new QuantizedLayerReport(
                        "conv2",
                        160,
                        4,
                        null,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        -0.005,
                        17.75,
                        weights,
                        inputs))))
        .build(
            new Run(
                "ptq",
                "0.1.0",
                Settings.load("ptq", null, List.of()).asMap(),
                "01".repeat(32),
                1,
                Instant.parse("2030-01-02T03:04:05Z"),
                new SparkSummary("local[2]", 1, 0, 2, "3.5.7"),
                45));
  }

  /** The report of an evaluation, which fills before alone, and a benchmark's section. */
  static Report evaluation() {
    return new ReportBuilder()
        .data(new DataSummary("cifar10", 0, 1000, 0, 1000, 0, List.of()))
        .before(new Measurement(0.915, 0.997, 269_722, 40_551_040, 1_104_321, Double.NaN))
        .section("benchmark", benchmark())
        .build(
            new Run(
                "evaluate",
                "0.1.0",
                Settings.load("evaluate", null, List.of()).asMap(),
                "ab".repeat(32),
                1,
                Instant.parse("2030-01-02T03:04:05Z"),
                null,
                12));
  }
}
