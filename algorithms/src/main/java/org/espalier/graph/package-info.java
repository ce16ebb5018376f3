/**
 * Networks as graphs: what they cost, and how they are taken apart and put together again.
 *
 * <p>Which channels or layers should go is decided elsewhere ({@code org.espalier.prune}); training
 * does not belong here.
 */
package org.espalier.graph;
