package org.espalier.prune.channel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.compress.BatchAdapter;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Slimmer;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Removes the channels that matter least, wherever that is sound, until a target is met.
 *
 * <p>Use it for any network of which {@link ChannelGroups} finds free groups: the quick way to a
 * smaller network, and the baseline that every cleverer way has to beat. {@link #convert} goes to
 * the target at once. With several steps, and training after each,
 *
 * <pre>{@code
 * Unpruned unpruned = pruner.unpruned(network);
 * for (int step = 1; step <= pruner.settings().steps(); step++) {
 *   List<PrunedGroup> groups = pruner.select(network, unpruned, step);
 *   network = train(pruner.cut(network, PrunedGroup.kept(groups)).network());
 * }
 * }</pre>
 *
 * <p>The network keeps its updater's state, as far as its channels stay.
 */
public final class ChannelPruner implements CompressionAlgorithm {
  /** A cost's target is searched among so many shares of the channels. */
  private static final int SHARES = 4096;

  private final ChannelPruning settings;
  private final InputType[] inputs;

  /**
   * Makes the algorithm.
   *
   * @param inputs the type of each input of the networks to come; a network does not know its
   *     images' size
   */
  public ChannelPruner(ChannelPruning settings, InputType... inputs) {
    this.settings = Objects.requireNonNull(settings, "Cannot prune: no settings");
    this.inputs = inputs.clone();
  }

  /** Returns the settings. */
  public ChannelPruning settings() {
    return settings;
  }

  /** Returns a copy: there is nothing to be learned. */
  @Override
  public ComputationGraph apply(ComputationGraph network) {
    groups(network);
    return NetworkGraph.copy(network);
  }

  @Override
  public List<TrainingListener> callbacks() {
    return List.of();
  }

  @Override
  public ILossFunction loss(ILossFunction loss) {
    return loss;
  }

  @Override
  public BatchAdapter batches() {
    return BatchAdapter.plain();
  }

  /** Prunes to the target at once. */
  @Override
  public ComputationGraph convert(ComputationGraph trained) {
    List<PrunedGroup> groups = select(trained, unpruned(trained), settings.steps());
    return cut(trained, PrunedGroup.kept(groups)).network();
  }

  /** Notes what a network is before it is pruned. */
  public Unpruned unpruned(ComputationGraph network) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (ChannelGroup group : groups(network).free()) {
      widths.put(group.name(), group.channels());
    }
    return new Unpruned(network, widths);
  }

  /**
   * Chooses what a step asks for: step / steps of the way to the target.
   *
   * @param network the network as it is now; not changed
   * @param unpruned what it was before the first step
   * @param step from 1
   * @return what is decided about each group that can be judged
   * @throws IllegalArgumentException where the limits do not let the target be met, no group can be
   *     judged, or a score is not a number
   */
  public List<PrunedGroup> select(ComputationGraph network, Unpruned unpruned, int step) {
    if (step < 1 || step > settings.steps()) {
      throw new IllegalArgumentException(
          "Cannot prune: there are steps 1 to %d (%d)".formatted(settings.steps(), step));
    }
    ChannelGroups groups = groups(network);
    Map<ChannelGroup, double[]> scores = scores(network, groups);
    Contest contest = new Contest(settings, scores, unpruned.widths());
    double way = (double) step / settings.steps();
    Map<ChannelGroup, int[]> kept =
        settings.target() instanceof Target.Remaining remaining
            ? search(network, groups, contest, remaining, unpruned.network(), way)
            : contest.keep(((Target.Channels) settings.target()).share() * way);
    List<PrunedGroup> decisions = new ArrayList<>();
    kept.forEach(
        (group, channels) ->
            decisions.add(new PrunedGroup(group.name(), scores.get(group), channels)));
    return decisions;
  }

  /**
   * Cuts out all channels but those that stay.
   *
   * @param network the network for which they were chosen; not changed
   * @param kept the channels that stay, ascending, by the name of the group; groups that are not
   *     named stay whole
   * @throws IllegalArgumentException when there is no such group, or it cannot be cut so
   */
  public Pruned cut(ComputationGraph network, Map<String, int[]> kept) {
    ChannelGroups groups = groups(network);
    Map<ChannelGroup, int[]> byGroup = new LinkedHashMap<>();
    kept.forEach((name, channels) -> byGroup.put(groups.group(name), channels));
    return new Pruned(slim(network, groups, byGroup), KeptOutputs.of(network, byGroup));
  }

  private ChannelGroups groups(ComputationGraph network) {
    ChannelGroups groups = ChannelGroups.of(network, inputs);
    if (groups.free().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot prune this network: no channel can be removed (" + groups.fixed() + ")");
    }
    return groups;
  }

  private Map<ChannelGroup, double[]> scores(ComputationGraph network, ChannelGroups groups) {
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    settings
        .importance()
        .scores(network, groups)
        .forEach(
            (group, members) -> {
              if (!settings.ignores(group)) {
                scores.put(group, checked(group, settings.aggregation().aggregate(members)));
              }
            });
    if (scores.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot prune this network: the importance judges none of the groups that may be pruned ("
              + groups.free().size()
              + " groups)");
    }
    return scores;
  }

  private static double[] checked(ChannelGroup group, double[] scores) {
    for (int channel = 0; channel < scores.length; channel++) {
      if (Double.isNaN(scores[channel])) {
        throw new IllegalArgumentException(
            "Cannot rank the channels of %s: the score of channel %d is not a number (NaN)"
                .formatted(group.name(), channel));
      }
    }
    return scores;
  }

  /** Finds the smallest share of channels whose removal meets the target. */
  private static Map<ChannelGroup, int[]> search(
      ComputationGraph network,
      ChannelGroups groups,
      Contest contest,
      Target.Remaining target,
      ComputationGraph unpruned,
      double way) {
    ToDoubleFunction<Map<ChannelGroup, int[]>> left =
        kept -> target.left().applyAsDouble(slim(network, groups, kept), unpruned);
    double most = 1 - (1 - target.share()) * way;
    double least = left.applyAsDouble(contest.keep(1));
    if (least > most) {
      throw new IllegalArgumentException(
          "Cannot prune to %.4g of the %s: the limits leave at least %.4g"
              .formatted(most, target.name(), least));
    }
    int low = 0;
    int high = SHARES;
    while (low < high) {
      int middle = (low + high) / 2;
      if (left.applyAsDouble(contest.keep((double) middle / SHARES)) <= most) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return contest.keep((double) low / SHARES);
  }

  private static ComputationGraph slim(
      ComputationGraph network, ChannelGroups groups, Map<ChannelGroup, int[]> kept) {
    Slimmer slimmer = Slimmer.of(network, groups);
    kept.forEach(slimmer::keep);
    return slimmer.slim();
  }

  @Override
  public String toString() {
    return "ChannelPruner(" + settings + ")";
  }
}
