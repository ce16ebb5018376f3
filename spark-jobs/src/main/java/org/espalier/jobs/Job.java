package org.espalier.jobs;

import java.io.IOException;
import org.espalier.jobs.config.JobConfig;

/**
 * The work of a verb.
 *
 * @param <C> the verb's configuration
 */
@FunctionalInterface
public interface Job<C extends JobConfig> {

  /**
   * Does the work, fills the context's report and tells its progress; the report's files and the
   * summary are written by the caller.
   *
   * @param config the configuration, checked
   * @param context what the job works with
   * @throws JobFailedException when the work cannot be done, with a sentence for the user
   * @throws IOException when data or results cannot be read or written, with one, too
   */
  void run(C config, JobContext context) throws IOException;
}
