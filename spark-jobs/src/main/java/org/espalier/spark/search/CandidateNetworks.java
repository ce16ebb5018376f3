package org.espalier.spark.search;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.search.Code;

/** Makes networks of codes; several threads may ask at once. */
@FunctionalInterface
public interface CandidateNetworks {

  /**
   * Makes a code's network: a new one, which its evaluation changes. What is thrown is the
   * candidate's failure.
   *
   * @param seed the seed of whatever is random
   */
  ComputationGraph network(Code code, long seed);

  /**
   * Prepares the making of networks, once in each executor. It travels there, so that it should be
   * small:
   *
   * <pre>{@code
   * base -> Structures.of(base, inputs).with(Widths.tenths(7))::network
   * }</pre>
   */
  @FunctionalInterface
  interface Factory extends Serializable {
    /**
     * Prepares.
     *
     * @param base the network whose parts candidates are; not to be changed
     */
    CandidateNetworks of(ComputationGraph base);
  }
}
