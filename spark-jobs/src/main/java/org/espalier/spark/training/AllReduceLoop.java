package org.espalier.spark.training;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.nn.fused.Precision;

/**
 * Synchronous training: one barrier stage a segment; what fails for the cluster's sake is done
 * again, if need be by fewer ranks.
 */
final class AllReduceLoop extends TrainingLoop {
  private final AllReduceSettings settings;
  private final Retries retries;
  private final Crew crew;
  private final TrainingProgress progress;

  AllReduceLoop(
      JavaSparkContext sc,
      TrainingState start,
      AllReduceSettings settings,
      Retries retries,
      Crew crew,
      Precision precision,
      TrainingProgress progress) {
    super(sc, start, precision);
    this.settings = settings;
    this.retries = retries;
    this.crew = crew;
    this.progress = progress;
  }

  @Override
  <S> WorkerResult train(JavaRDD<S> shares, WorkerBatches.Opener<S> opener, Segment segment) {
    return retries.run(segment.toString(), () -> attempt(shares, opener, segment));
  }

  private <S> WorkerResult attempt(
      JavaRDD<S> shares, WorkerBatches.Opener<S> opener, Segment segment) {
    JavaRDD<Share<S>> dealt = crew.deal(shares, segment);
    advance();
    try (LiveSums live = new LiveSums(sc(), progress)) {
      List<RankResult> ranks =
          described(
              segment,
              () ->
                  BarrierStage.collect(
                      sc(),
                      dealt,
                      RankResult.class,
                      new AllReduceTask<>(
                          source(),
                          layout(),
                          opener,
                          segment,
                          settings.withNewToken(),
                          live.counters())));
      return RankResult.together(ranks);
    }
  }

  @Override
  public void close() {
    crew.close();
    super.close();
  }
}
