/**
 * What a job is asked to do: layered HOCON read into immutable, validated records.
 *
 * <p>Here belong the sections' records, the reader that turns every mistake into one sentence with
 * the key and its origin, and the printing of the effective configuration. What a job does with a
 * value does not belong here; nothing here starts Spark.
 */
package org.espalier.jobs.config;
