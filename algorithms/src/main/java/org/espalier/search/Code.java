package org.espalier.search;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What is searched for: whole numbers, one for each position. In JSON an array of numbers.
 *
 * <p>Immutable; two codes are equal if all their numbers are.
 */
public final class Code implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] values;

  private Code(int[] values) {
    this.values = values;
  }

  /**
   * Makes a code.
   *
   * @param values one number for each position, at least one
   * @throws IllegalArgumentException where there is none
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Code of(int... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("Cannot make a code: it has no positions (0)");
    }
    return new Code(values.clone());
  }

  /** Returns the number of positions, at least 1. */
  public int length() {
    return values.length;
  }

  /** Returns the number at a position, from 0. */
  public int at(int position) {
    return values[position];
  }

  /** Returns a copy of all numbers. */
  @JsonValue
  public int[] toArray() {
    return values.clone();
  }

  /** Returns the same code but for one position, from 0. */
  public Code with(int position, int value) {
    int[] changed = values.clone();
    changed[position] = value;
    return new Code(changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Code code && Arrays.equals(values, code.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
