/**
 * The one interface that every compression algorithm has, and what all of them share.
 *
 * <p>Here belong the interface, what feeds a network in training form, and the {@link
 * org.espalier.compress.BatchMoments recalibration} that compressed networks need. What turns one
 * network into another is {@code org.espalier.graph}; what a single algorithm does belongs in that
 * algorithm's own package ({@code org.espalier.prune.*} and the like).
 */
package org.espalier.compress;
