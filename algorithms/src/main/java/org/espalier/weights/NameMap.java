package org.espalier.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How the names of a weights file become those of a network: a list of steps, applied in order to
 * each name.
 *
 * <p>The names of a network are its vertices' names and PyTorch's suffixes ({@code
 * layer1.0.conv1.weight}). Immutable: every step gives a new map. For example, {@code
 * NameMap.pytorch().rename("^fc\\.", "linear.")} loads a network whose last layer is called {@code
 * fc}.
 */
public final class NameMap {
  private final List<UnaryOperator<Optional<String>>> steps;

  private NameMap(List<UnaryOperator<Optional<String>>> steps) {
    this.steps = List.copyOf(steps);
  }

  /** The map that leaves every name as it is. */
  public static NameMap identity() {
    return new NameMap(List.of());
  }

  /**
   * The map for a state_dict: {@code module.} goes, which data-parallel wrappers add, and so do
   * batch counters.
   */
  public static NameMap pytorch() {
    return identity().stripPrefix("module.").ignore("(.*\\.)?num_batches_tracked");
  }

  /** This map, then the prefix taken off the names that have it. */
  public NameMap stripPrefix(String prefix) {
    return then(name -> name.map(n -> n.startsWith(prefix) ? n.substring(prefix.length()) : n));
  }

  /**
   * This map, then every match of a regular expression replaced.
   *
   * @param regex a {@link Pattern}
   * @param replacement its replacement, where {@code $1} is the first group
   */
  public NameMap rename(String regex, String replacement) {
    Pattern pattern = Pattern.compile(regex);
    return then(name -> name.map(n -> pattern.matcher(n).replaceAll(replacement)));
  }

  /**
   * This map, then the names that a regular expression matches in full left out: those tensors are
   * not loaded.
   */
  public NameMap ignore(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return then(name -> name.filter(n -> !pattern.matcher(n).matches()));
  }

  /** The network's name for a name of the file; empty where the tensor is to be ignored. */
  public Optional<String> apply(String name) {
    Optional<String> mapped = Optional.of(name);
    for (UnaryOperator<Optional<String>> step : steps) {
      mapped = step.apply(mapped);
    }
    return mapped;
  }

  private NameMap then(UnaryOperator<Optional<String>> step) {
    List<UnaryOperator<Optional<String>>> longer = new ArrayList<>(steps);
    longer.add(step);
    return new NameMap(longer);
  }
}
