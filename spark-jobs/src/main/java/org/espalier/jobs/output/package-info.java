/**
 * How results reach a Hadoop file system: whole or not at all.
 *
 * <p>Here belong atomic writing, the output folder and its event log. What the files say does not.
 */
package org.espalier.jobs.output;
