package org.espalier.prune.channel;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelRole;

/**
 * The settings of pruning by importance.
 *
 * @param importance what scores the channels
 * @param aggregation how the members of a group are put together
 * @param ranking which channels compete
 * @param target when it is enough
 * @param steps in how many steps the target is approached, with training in between; at least 1
 * @param minimum channels that every group keeps, if it has so many; at least 1
 * @param multiple widths are rounded up to multiples of this, if the group has so many channels; at
 *     least 1. Vector units like 8 or 16.
 * @param ignored regular expressions; a group is left alone if the whole name of a layer that makes
 *     its channels matches one
 */
public record ChannelPruning(
    Importance importance,
    Aggregation aggregation,
    Ranking ranking,
    Target target,
    int steps,
    int minimum,
    int multiple,
    List<String> ignored) {

  /** Checks every setting. */
  public ChannelPruning {
    Objects.requireNonNull(importance, "Cannot configure pruning: importance is missing");
    Objects.requireNonNull(aggregation, "Cannot configure pruning: aggregation is missing");
    Objects.requireNonNull(ranking, "Cannot configure pruning: ranking is missing");
    Objects.requireNonNull(target, "Cannot configure pruning: target is missing");
    check(steps >= 1, "steps must be at least 1", steps);
    check(minimum >= 1, "minimum must be at least 1", minimum);
    check(multiple >= 1, "multiple must be at least 1", multiple);
    ignored = List.copyOf(ignored);
    for (String expression : ignored) {
      try {
        Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "Cannot configure pruning: ignored must be regular expressions (" + expression + ")",
            e);
      }
    }
  }

  /**
   * The usual settings: scores averaged over a group, each group pruned alike, in one step, down to
   * one channel at the least.
   */
  public static ChannelPruning of(Importance importance, Target target) {
    return new ChannelPruning(
        importance, Aggregation.MEAN, Ranking.UNIFORM, target, 1, 1, 1, List.of());
  }

  /** Returns the same with channels of all groups in one ranking, or not. */
  public ChannelPruning with(Ranking other) {
    return new ChannelPruning(
        importance, aggregation, other, target, steps, minimum, multiple, ignored);
  }

  /** Returns the same with another way to put members together. */
  public ChannelPruning with(Aggregation other) {
    return new ChannelPruning(
        importance, other, ranking, target, steps, minimum, multiple, ignored);
  }

  /** Returns the same with other limits of width. */
  public ChannelPruning withWidths(int leastChannels, int multipleOf) {
    return new ChannelPruning(
        importance, aggregation, ranking, target, steps, leastChannels, multipleOf, ignored);
  }

  /** Returns the same in another number of steps. */
  public ChannelPruning inSteps(int number) {
    return new ChannelPruning(
        importance, aggregation, ranking, target, number, minimum, multiple, ignored);
  }

  /** Returns the same with layers left alone. */
  public ChannelPruning ignoring(String... expressions) {
    return new ChannelPruning(
        importance, aggregation, ranking, target, steps, minimum, multiple, List.of(expressions));
  }

  /** Tells whether a group is left alone. */
  boolean ignores(ChannelGroup group) {
    return group.slices(ChannelRole.OUTPUT).stream()
        .anyMatch(
            slice -> ignored.stream().anyMatch(expression -> slice.layer().matches(expression)));
  }

  /** The fewest channels that may stay of a group that has some now. */
  int least(int channels) {
    return rounded(Math.min(minimum, channels), channels);
  }

  /** A width rounded up to a multiple, as far as there are channels. */
  int rounded(int width, int channels) {
    return Math.min((width + multiple - 1) / multiple * multiple, channels);
  }

  private static void check(boolean holds, String reason, int value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot configure pruning: " + reason + " (" + value + ")");
    }
  }
}
