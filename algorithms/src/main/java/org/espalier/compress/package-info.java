/**
 * The one interface that every compression algorithm has, and what all of them share.
 *
 * <p>Here belong the interface, what feeds a network in training form, and the small editor that
 * turns one network into another while it carries the parameters over. What a single algorithm does
 * belongs in that algorithm's own package ({@code org.espalier.prune.*} and the like).
 */
package org.espalier.compress;
