package org.espalier.jobs.config;

/** What every job's configuration has. */
public interface JobConfig {
  /** Returns the seed of every random stream. */
  long seed();

  /** Returns the folder for the results, any Hadoop path. */
  String output();

  /** Returns how Spark is reached. */
  SparkConfig spark();
}
