/**
 * What a running job tells about itself: stages, steps, epochs.
 *
 * <p>A job calls one {@link org.espalier.jobs.progress.ProgressListener}; the console, the event
 * log and the report are behind it. How they show it does not belong here.
 */
package org.espalier.jobs.progress;
