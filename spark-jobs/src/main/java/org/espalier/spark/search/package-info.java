/**
 * Candidates of a search evaluated on Spark, one a task.
 *
 * <p>Here belong the evaluator that {@link org.espalier.search.Search} is given, what an executor
 * keeps for all candidates of a search (base network, images), and what a task does with one:
 * train, recalibrate, judge, within a time. What candidates are searched and why is {@code
 * org.espalier.search}'s business, how a network is trained within a task {@code
 * org.espalier.spark.training}'s.
 */
package org.espalier.spark.search;
