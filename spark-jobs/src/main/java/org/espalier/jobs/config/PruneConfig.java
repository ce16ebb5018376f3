package org.espalier.jobs.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.espalier.prune.channel.Aggregation;
import org.espalier.prune.channel.Ranking;

/**
 * Pruning by the importance of channels.
 *
 * @param importance what scores a channel
 * @param aggregation how the scores of a group's members become one
 * @param ranking which channels compete
 * @param target what the rate is a share of
 * @param rate share to remove, in (0, 1)
 * @param steps steps in which the target is approached, at least 1
 * @param minimum channels that every group keeps, at least 1
 * @param multiple what widths are rounded up to multiples of, at least 1
 * @param ignored regular expressions for the names of layers that keep their channels
 * @param taylorImages training images for {@link ChannelScore#TAYLOR}, at least 1
 * @param taylorBatch images a batch of these, at least 1
 * @param recalibrate whether batch-norm statistics are recomputed after pruning
 * @param fineTune training of the slim network after each step
 */
public record PruneConfig(
    ChannelScore importance,
    Aggregation aggregation,
    Ranking ranking,
    Budget target,
    double rate,
    int steps,
    int minimum,
    int multiple,
    List<String> ignored,
    int taylorImages,
    int taylorBatch,
    boolean recalibrate,
    TrainingConfig fineTune) {

  static PruneConfig from(Section section) {
    Section taylor = section.section("taylor");
    List<String> ignored = section.texts("ignored");
    for (String expression : ignored) {
      try {
        Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw section.error("ignored", "must be a list of regular expressions");
      }
    }
    return new PruneConfig(
        section.choice("importance", ChannelScore.class),
        section.choice("aggregation", Aggregation.class),
        section.choice("ranking", Ranking.class),
        section.choice("target", Budget.class),
        section.number("rate", Interval.open(0, 1)),
        section.whole("steps", 1),
        section.whole("minimum", 1),
        section.whole("multiple", 1),
        ignored,
        taylor.whole("images", 1),
        taylor.whole("batch", 1),
        section.flag("recalibrate"),
        TrainingConfig.from(section.section("fineTune")));
  }
}
