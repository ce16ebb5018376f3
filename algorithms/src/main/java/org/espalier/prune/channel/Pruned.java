package org.espalier.prune.channel;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network that lost channels.
 *
 * @param network the slim network
 * @param layers the output channels that stay, ascending, of each layer that makes channels of the
 *     groups that were cut
 */
public record Pruned(ComputationGraph network, Map<String, int[]> layers) {}
