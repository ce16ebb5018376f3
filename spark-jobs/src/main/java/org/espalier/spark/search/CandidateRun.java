package org.espalier.spark.search;

import org.espalier.search.Candidate;
import org.espalier.search.Fitness;

/**
 * Where and when a candidate was evaluated.
 *
 * @param candidate the candidate
 * @param fitness what came of it
 * @param executor Spark's name of the executor; empty where every attempt was lost
 * @param host the executor's machine; empty likewise
 * @param attempt which attempt of the task gave the result, from 0
 * @param startMillis when the task began, in milliseconds since 1970 by the executor's clock; where
 *     every attempt was lost, when the job did by the driver's
 * @param endMillis when it ended, likewise
 * @param prepareMillis how long of that the executor prepared itself for the search, which its
 *     first task of the search does; 0 for others
 * @param jobMillis how long the driver was at it, from before the Spark job to its result; its task
 *     may wait meanwhile for a free executor
 */
public record CandidateRun(
    Candidate candidate,
    Fitness fitness,
    String executor,
    String host,
    int attempt,
    long startMillis,
    long endMillis,
    long prepareMillis,
    double jobMillis) {}
