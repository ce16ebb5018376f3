package org.espalier.search.colony;

/**
 * What may run at once. All random numbers of a phase are drawn before it begins, in every mode.
 */
public enum Mode {
  /** One candidate after another: the reference. */
  SEQUENTIAL,
  /**
   * Each candidate as soon as those are known on whose codes it rests. The result is that of {@link
   * #SEQUENTIAL}, bit for bit.
   */
  WAVE,
  /**
   * All candidates of a phase at once, made from the sources as they were before it. Of several
   * onlookers on one source the best replaces it, if it is better; if none is, each is a failed
   * trial. Another algorithm than {@link #SEQUENTIAL}, with one barrier a phase.
   */
  SYNC,
  /**
   * Candidate t is made from the sources as they were after evaluation t - window, whatever else
   * has finished, and across phases: no barrier but the one after the first sources. The result
   * depends on the window, not on what runs where. A window of 1 is {@link #SEQUENTIAL}.
   */
  ASYNC_WINDOW
}
