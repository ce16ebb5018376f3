/**
 * Structured pruning of any network by how much its channels matter.
 *
 * <p>Here belong the usual importances (norms, batch normalisation's scale, geometric median,
 * Taylor expansion, chance), how they are put together over a channel group, and how channels are
 * chosen until a target is met. Which channels hang together, and how they are cut out, belongs in
 * {@code org.espalier.graph}; algorithms that train something of their own to rank channels have
 * their own packages.
 */
package org.espalier.prune.channel;
