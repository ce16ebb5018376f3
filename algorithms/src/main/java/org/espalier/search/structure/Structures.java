package org.espalier.search.structure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.LayerWeights;
import org.espalier.graph.Slimmer;
import org.espalier.search.Code;
import org.espalier.search.SearchSpace;

/**
 * The candidates that a network has within it: a code is a width for each searched channel group,
 * and its candidate the network without the other channels, with the weights of those that stay.
 *
 * <p>Lin et al., Channel Pruning via Automatic Structure Search, IJCAI 2020, section 3.2, <a
 * href="https://arxiv.org/abs/2001.08565">arXiv:2001.08565</a>, for any network with channel
 * groups. The network given is never changed, and several threads may make candidates of it at
 * once.
 */
public final class Structures {
  private final ComputationGraph network;
  private final ChannelGroups groups;
  private final SearchedGroups searched;
  private final Widths widths;
  private final Filters filters;
  private final BatchNorms batchNorms;
  private final CostModel costs;

  private Structures(
      ComputationGraph network,
      ChannelGroups groups,
      SearchedGroups searched,
      Widths widths,
      Filters filters,
      BatchNorms batchNorms,
      CostModel costs) {
    this.network = network;
    this.groups = groups;
    this.searched = searched;
    this.widths = widths;
    this.filters = filters;
    this.batchNorms = batchNorms;
    this.costs = costs;
  }

  /**
   * Finds what can be searched: the {@linkplain SearchedGroups#inside groups that a single layer
   * makes}, in tenths of their channels from 1 to 9, with channels drawn at random and batch
   * normalisation inherited.
   *
   * @param network an initialised network
   * @param inputs the type of each of its inputs
   * @throws IllegalArgumentException where the inputs do not fit, or nothing can be searched
   */
  public static Structures of(ComputationGraph network, InputType... inputs) {
    ChannelGroups groups = ChannelGroups.of(network, inputs);
    SearchedGroups inside = checked(SearchedGroups.inside(groups), groups);
    return new Structures(
        network,
        groups,
        inside,
        Widths.tenths(9),
        Filters.random(),
        BatchNorms.INHERITED,
        new CostModel(network, groups, inputs));
  }

  /** Returns the channel groups of the network. */
  public ChannelGroups groups() {
    return groups;
  }

  /** Returns the same with other groups searched. */
  public Structures searching(SearchedGroups other) {
    return new Structures(
        network, groups, checked(other, groups), widths, filters, batchNorms, costs);
  }

  /** Returns the same with other widths. */
  public Structures with(Widths other) {
    Objects.requireNonNull(other, "Cannot search structures: widths are missing");
    return new Structures(network, groups, searched, other, filters, batchNorms, costs);
  }

  /** Returns the same with another choice of channels. */
  public Structures with(Filters other) {
    Objects.requireNonNull(other, "Cannot search structures: filters are missing");
    return new Structures(network, groups, searched, widths, other, batchNorms, costs);
  }

  /** Returns the same with another beginning of batch normalisation. */
  public Structures with(BatchNorms other) {
    Objects.requireNonNull(other, "Cannot search structures: batch norms are missing");
    return new Structures(network, groups, searched, widths, filters, other, costs);
  }

  private static SearchedGroups checked(SearchedGroups searched, ChannelGroups groups) {
    if (searched.positions().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot search structures: no channel group is searched (%d can be)"
              .formatted(groups.free().size()));
    }
    for (List<String> names : searched.positions()) {
      for (String name : names) {
        ChannelGroup group = groups.group(name);
        if (group.isFixed()) {
          throw new IllegalArgumentException(
              "Cannot search structures: a channel group is fixed (" + group + ")");
        }
      }
    }
    return searched;
  }

  /** Returns the codes, one position for each of the searched groups' positions. */
  public SearchSpace space() {
    return SearchSpace.uniform(searched.positions().size(), widths.least(), widths.most());
  }

  /** Returns the names of the groups at each position. */
  public List<List<String>> positions() {
    return searched.positions();
  }

  /**
   * Returns how many channels stay of each searched group, by its name.
   *
   * @throws IllegalArgumentException when there is no such code
   */
  public Map<String, Integer> widths(Code code) {
    List<List<String>> positions = searched.positions();
    boolean isCode =
        code.length() == positions.size()
            && Arrays.stream(code.toArray()).allMatch(each -> each >= 0 && each <= widths.steps());
    if (!isCode) {
      throw new IllegalArgumentException(
          "Cannot make a structure: a code has %d numbers from 0 to %d (%s)"
              .formatted(positions.size(), widths.steps(), code));
    }
    Map<String, Integer> stay = new LinkedHashMap<>();
    for (int i = 0; i < positions.size(); i++) {
      for (String group : positions.get(i)) {
        stay.put(group, widths.of(groups.group(group).channels(), code.at(i)));
      }
    }
    return stay;
  }

  /** Returns what a code's network costs, without making it. */
  public StructureCost cost(Code code) {
    Map<String, Integer> removed = new LinkedHashMap<>();
    widths(code)
        .forEach((group, width) -> removed.put(group, groups.group(group).channels() - width));
    return costs.of(removed);
  }

  /**
   * Returns the channels that stay of each searched group, ascending, by its name.
   *
   * @param seed that of the evaluation, for what is random
   */
  public Map<String, int[]> kept(Code code, long seed) {
    Map<String, int[]> kept = new LinkedHashMap<>();
    widths(code)
        .forEach(
            (group, width) ->
                kept.put(group, filters.kept(group, groups.group(group).channels(), width, seed)));
    return kept;
  }

  /**
   * Makes a code's network, with its updater's state as far as its channels stay.
   *
   * @param seed that of the evaluation, for what is random
   */
  public ComputationGraph network(Code code, long seed) {
    Slimmer slimmer = Slimmer.of(network, groups);
    kept(code, seed).forEach((group, channels) -> slimmer.keep(groups.group(group), channels));
    ComputationGraph slim = slimmer.slim();
    if (batchNorms == BatchNorms.FRESH) {
      for (Layer layer : slim.getLayers()) {
        refresh(layer);
      }
    }
    return slim;
  }

  private static void refresh(Layer layer) {
    if (LayerWeights.kind(layer) instanceof BatchNormalization) {
      layer.paramTable().forEach((name, array) -> array.assign(isOne(name) ? 1 : 0));
    }
  }

  /** The scale and the variance are 1; the logarithm of the deviation is 0. */
  private static boolean isOne(String parameter) {
    return parameter.equals("gamma") || parameter.equals("var");
  }
}
