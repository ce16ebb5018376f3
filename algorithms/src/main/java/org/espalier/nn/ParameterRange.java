package org.espalier.nn;

import java.io.Serializable;

/**
 * Where one parameter lies in a network's flat parameter vector, and how it is combined.
 *
 * @param name vertex and parameter, for example {@code bn1_var}
 * @param offset the position of its first value
 * @param length the number of its values
 * @param kind how workers' copies become one
 * @param meanOffset for a pooled class, the position of the first value of its mean; otherwise -1
 */
public record ParameterRange(
    String name, int offset, int length, ParameterClass kind, int meanOffset)
    implements Serializable {

  /** Tells whether the range is a variance that is pooled with its mean. */
  public boolean isPooled() {
    return kind == ParameterClass.POOLED_VARIANCE || kind == ParameterClass.POOLED_LOG_DEVIATION;
  }
}
