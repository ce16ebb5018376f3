/**
 * Where a training's states are kept while it runs, so that it can be taken up again.
 *
 * <p>When a state is due to be kept, and what is trained, does not belong here.
 */
package org.espalier.spark.checkpoint;
