package org.espalier.jobs;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.files.AtomicFiles;
import org.espalier.jobs.config.AbcConfig;
import org.espalier.jobs.config.CostKind;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.FidelityConfig;
import org.espalier.jobs.config.SearcherKind;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.search.Place;
import org.espalier.jobs.search.SearchLog;
import org.espalier.jobs.search.SearchReport;
import org.espalier.jobs.search.SearchSummary;
import org.espalier.search.Candidate;
import org.espalier.search.Evaluator;
import org.espalier.search.Fitness;
import org.espalier.search.Search;
import org.espalier.search.SearchResult;
import org.espalier.search.colony.Mode;
import org.espalier.search.journal.JournalFolder;
import org.espalier.spark.search.CandidateImages;
import org.espalier.spark.search.Fidelity;
import org.espalier.spark.search.SparkEvaluator;

/** The search of a job: candidates within its network, on its executors, with a journal. */
final class AbcSearch {
  private final AbcConfig config;
  private final long seed;
  private final DataConfig data;
  private final TrainingImages images;
  private final StructureRecipe recipe;
  private final JobContext context;
  private final AbcCosts costs;
  private final Map<List<Long>, Place> places = new ConcurrentHashMap<>();

  AbcSearch(
      AbcConfig config,
      long seed,
      DataConfig data,
      TrainingImages images,
      StructureRecipe recipe,
      JobContext context,
      AbcCosts costs) {
    this.config = config;
    this.seed = seed;
    this.data = data;
    this.images = images;
    this.recipe = recipe;
    this.context = context;
    this.costs = costs;
  }

  /**
   * Searches, or what is left of it, and fills the report.
   *
   * @param stage the name of the stage, and of the journal's folder
   * @throws JobFailedException when all candidates failed, or the search cannot go on
   */
  SearchResult run(ComputationGraph network, String stage) throws IOException {
    context.progress().stageStarted(new StageStart(stage, 1, 1, 0, "held-out"));
    long start = System.nanoTime();
    try (SparkEvaluator evaluator = evaluator(network);
        JournalFolder journal = journal(stage)) {
      SearchLog log = new SearchLog(context.events(), context.progress());
      Busy busy = new Busy();
      SearchResult result = search(evaluator, log).journal(journal).run();
      log.over();
      SearchSummary.Driver driver = busy.until(System.nanoTime());
      if (result.winner().isEmpty()) {
        throw new JobFailedException(
            "The search found nothing: each of its %d evaluations failed"
                .formatted(result.tally().total()));
      }
      context
          .report()
          .section("search", report(evaluator.slots()).of(costs.structures(), result, log, driver));
      ended(stage, result, (System.nanoTime() - start) / 1e9);
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("The search was interrupted; run the job again to go on", e);
    } catch (CancellationException e) {
      throw new JobFailedException(
          "The search stopped: " + e.getMessage() + "; run the job again to go on", e);
    }
  }

  private Search search(SparkEvaluator evaluator, SearchLog log) {
    Search search =
        Search.of(costs.structures().space(), costs.strategy(), noting(evaluator))
            .seed(seed)
            .subject(context.fingerprint())
            .seedRule(config.preset().seeds())
            .cost(costs.label(), costs::of)
            .objective(costs.objective())
            .promoting(config.promotion().codes())
            .finalists(config.finalists())
            .listener(log);
    return costs.limit().map(search::limit).orElse(search);
  }

  /** Returns the evaluator, with where a candidate was evaluated among its fitness's notes. */
  private Evaluator noting(SparkEvaluator evaluator) {
    return new Evaluator() {
      @Override
      public CompletionStage<Fitness> submit(Candidate candidate) {
        return evaluator
            .submit(candidate)
            .thenApply(
                fitness -> {
                  Place place = places.remove(key(candidate));
                  return place == null ? fitness : place.notedIn(fitness);
                });
      }

      @Override
      public int capacity() {
        return evaluator.capacity();
      }
    };
  }

  private static List<Long> key(Candidate candidate) {
    return List.of(candidate.index(), (long) candidate.replicate());
  }

  private SparkEvaluator evaluator(ComputationGraph network) throws IOException {
    Images train = images.train();
    CandidateImages candidateImages =
        CandidateImages.read(train.set(), images.heldOut().orElseThrow().set(), context.hadoop());
    SparkEvaluator.Builder builder =
        SparkEvaluator.builder(context.sparkContext(), network, recipe)
            .images(candidateImages, train.training(data), train.evaluation(data))
            .fidelity(fidelity(config.fidelity()))
            .promoted(fidelity(config.promotion().of(config.fidelity())))
            .finalists(fidelity(config.fidelity().withEpochs(config.finalEpochs())))
            .listener(run -> places.put(key(run.candidate()), Place.of(run)));
    config.timeLimit().ifPresent(builder::timeLimit);
    return builder.build();
  }

  private Fidelity fidelity(FidelityConfig given) {
    long train = images.train().set().size();
    return new Fidelity(
        given.recalibrate(),
        given.epochs(),
        (double) AbcBudget.trained(given, train) / train,
        given.batch(),
        given.learningRate(),
        given.momentum(),
        given.weightDecay(),
        given.precision(),
        given.hopeless());
  }

  /** Opens the journal: that of the run that this one takes up, or a new one, the old put aside. */
  private JournalFolder journal(String stage) throws IOException {
    Path folder = context.path(stage);
    Configuration hadoop = context.hadoop();
    FileSystem files = AtomicFiles.fileSystem(folder, hadoop);
    if (!context.resumed() && files.exists(folder)) {
      Path previous = context.path(stage + ".previous");
      files.delete(previous, true);
      files.rename(folder, previous);
    }
    JournalFolder journal = JournalFolder.open(folder, hadoop);
    int known = Math.max(0, journal.earlier().size() - 1);
    if (known > 0) {
      context.events().add("stage-resumed", Map.of("stage", stage, "evaluations", known));
    }
    return journal;
  }

  private SearchReport report(int slots) {
    Mode mode = config.colony().mode();
    boolean bees = config.searcher() == SearcherKind.BEES;
    return new SearchReport(
        Section.nameOf(config.searcher()),
        bees ? Section.nameOf(mode) : null,
        costs.kind() == CostKind.PARAMETERS ? "parameters" : "MACs",
        costs.limit().map(limit -> limit.most()).orElse(null),
        config.heldOut(),
        AbcBudget.of(config, images.train().set().size()),
        slots,
        bees && (mode == Mode.WAVE || mode == Mode.SYNC));
  }

  private void ended(String stage, SearchResult result, double seconds) {
    if (context.report().hasStage(stage)) {
      return;
    }
    SearchSummary.Budget budget = AbcBudget.of(config, images.train().set().size());
    long finals = result.finalists().stream().mapToLong(each -> each.replicates().size()).sum();
    long promoted = Math.min(budget.promoted(), result.tally().evaluated() - finals);
    long worked =
        (result.tally().evaluated() - promoted - finals) * budget.imagesEach()
            + promoted * budget.imagesOfPromoted()
            + finals * budget.imagesOfFinal();
    context.progress().stageEnded(StageResult.of(stage, 1, worked, seconds, Double.NaN));
  }

  /** How long this thread does not wait. */
  private static final class Busy {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long begun = System.nanoTime();
    private final long waitedMillis;

    Busy() {
      threads.setThreadContentionMonitoringEnabled(true);
      waitedMillis = waited();
    }

    private long waited() {
      return threads.getThreadInfo(Thread.currentThread().getId()).getWaitedTime();
    }

    SearchSummary.Driver until(long now) {
      double seconds = (now - begun) / 1e9;
      double busy = Math.max(0, seconds - (waited() - waitedMillis) / 1e3);
      return new SearchSummary.Driver(seconds, busy, seconds > 0 ? busy / seconds : Double.NaN);
    }
  }
}
