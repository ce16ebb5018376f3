/**
 * Everything that touches Spark, one package a concern.
 *
 * <p>Nothing here parses a command line or a configuration file; that is the jobs' business.
 * Nothing below this package's module names Spark.
 */
package org.espalier.spark;
