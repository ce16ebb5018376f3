/**
 * Real clusters for tests: Spark's own master and workers, each a process, and HDFS.
 *
 * <p>Here belongs what starts, watches, kills and ends them. What runs on them is tested where it
 * is.
 */
package org.espalier.spark.cluster;
