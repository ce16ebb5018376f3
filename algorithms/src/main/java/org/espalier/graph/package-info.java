/**
 * Networks as graphs: what they cost, and how they are taken apart and put together again.
 *
 * <p>{@link org.espalier.graph.NetworkGraph} is the one way to edit a network; patterns and the
 * rewrites that come with the library, such as the folding of batch normalisation, build on it.
 *
 * <p>{@link org.espalier.graph.ChannelGroups} finds which channels hang together, and {@link
 * org.espalier.graph.Slimmer} removes them. Which channels or layers should go is decided elsewhere
 * ({@code org.espalier.prune}); training does not belong here.
 */
package org.espalier.graph;
