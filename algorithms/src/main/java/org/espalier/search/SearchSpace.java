package org.espalier.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** All codes of a length whose numbers lie between bounds, both included, at each position. */
@JsonPropertyOrder({"most", "least"})
public final class SearchSpace implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] least;
  private final int[] most;

  private SearchSpace(int[] least, int[] most) {
    this.least = least;
    this.most = most;
  }

  /**
   * Makes a space.
   *
   * @param least the least number at each position
   * @param most the greatest number at each position
   * @throws IllegalArgumentException where the lengths differ or are 0, or a least number is above
   *     the greatest
   */
  public static SearchSpace of(int[] least, int[] most) {
    if (least.length != most.length || least.length == 0) {
      throw new IllegalArgumentException(
          "Cannot make a search space: there must be as many least as greatest numbers, at least one (%d, %d)"
              .formatted(least.length, most.length));
    }
    for (int i = 0; i < least.length; i++) {
      if (least[i] > most[i]) {
        throw new IllegalArgumentException(
            "Cannot make a search space: at position %d the least number is above the greatest (%d, %d)"
                .formatted(i, least[i], most[i]));
      }
    }
    return new SearchSpace(least.clone(), most.clone());
  }

  /** Makes a space with the same bounds at every position. */
  public static SearchSpace uniform(int length, int least, int most) {
    int[] lower = new int[length];
    int[] upper = new int[length];
    Arrays.fill(lower, least);
    Arrays.fill(upper, most);
    return of(lower, upper);
  }

  /** Returns the number of positions, at least 1. */
  public int length() {
    return least.length;
  }

  /** Returns the least number at a position, from 0. */
  public int least(int position) {
    return least[position];
  }

  /** Returns the greatest number at a position, from 0. */
  public int most(int position) {
    return most[position];
  }

  /** Returns the least numbers as a code. */
  @JsonProperty("least")
  public Code leastCode() {
    return Code.of(least);
  }

  /** Returns the greatest numbers as a code. */
  @JsonProperty("most")
  public Code mostCode() {
    return Code.of(most);
  }

  /** Tells whether a code is of this space. */
  public boolean contains(Code code) {
    if (code.length() != length()) {
      return false;
    }
    for (int i = 0; i < least.length; i++) {
      if (code.at(i) < least[i] || code.at(i) > most[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks codes that a search is to begin with.
   *
   * @throws IllegalArgumentException where one is not of this space
   */
  public void checkInitial(List<Code> codes) {
    for (Code code : codes) {
      if (!contains(code)) {
        throw new IllegalArgumentException(
            "Cannot begin a search: the initial code is not of the space (" + code + ")");
      }
    }
  }

  /** Returns the number within the bounds of a position that is nearest. */
  public int clamp(int position, long value) {
    return (int) Math.max(least[position], Math.min(most[position], value));
  }

  /** Draws a code, each number uniform between its bounds, position by position. */
  public Code random(SplittableRandom random) {
    int[] values = new int[least.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) random.nextLong(least[i], most[i] + 1L);
    }
    return Code.of(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SearchSpace space
        && Arrays.equals(least, space.least)
        && Arrays.equals(most, space.most);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(least) + Arrays.hashCode(most);
  }

  @Override
  public String toString() {
    return Arrays.toString(least) + " to " + Arrays.toString(most);
  }
}
