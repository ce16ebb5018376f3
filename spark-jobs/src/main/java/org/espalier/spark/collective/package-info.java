/**
 * Collective operations between JVMs: a ring over TCP that sums, gathers and broadcasts.
 *
 * <p>Here belong the meeting of the ranks (who listens where, and how a connection proves itself),
 * the transfer of segments round the ring, the formats on the wire, and the thread that reduces
 * buckets while its caller computes on. Nothing here names Spark or a network: how ranks learn each
 * other's addresses, and what the numbers mean, is the training master's business. Every sum is
 * taken in the ring's fixed order, so that all ranks end with the same bits, and a run with the
 * same number of ranks repeats them.
 */
package org.espalier.spark.collective;
