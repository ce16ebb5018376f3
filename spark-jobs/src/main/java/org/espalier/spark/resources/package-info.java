/**
 * GPUs: what to ask a cluster for, and which device a task computes on.
 *
 * <p>Here belong the request and its Spark properties, the decision of what a cluster manager can
 * do for single stages, and on executors the device of a task: taken, checked, bound to ND4J, given
 * back. Training belongs elsewhere and only brackets its work with {@link
 * org.espalier.spark.resources.TaskGpu}. Where there are no GPUs everything here does nothing.
 */
package org.espalier.spark.resources;
