/**
 * What {@code benchmark scaling} measures and models.
 *
 * <p>Here belong the contenders' passes, the timing of single steps, the model of a cluster, and
 * the report's section. How the trainers work does not.
 */
package org.espalier.jobs.benchmark.scaling;
