package org.espalier.jobs.report;

import java.util.List;

/**
 * The images that a job worked with.
 *
 * @param name the data's format or name
 * @param train number of training images used
 * @param test number of test images used
 * @param trainAvailable number of training images there are, limits aside
 * @param testAvailable number of test images there are, limits aside
 * @param corrupt number of corrupt records left out
 * @param corruptExamples one sentence for each of the first corrupt records
 */
public record DataSummary(
    String name,
    long train,
    long test,
    long trainAvailable,
    long testAvailable,
    long corrupt,
    List<String> corruptExamples) {

  /** Copies the list. */
  public DataSummary {
    corruptExamples = List.copyOf(corruptExamples);
  }
}
