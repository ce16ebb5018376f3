package org.espalier.jobs.progress;

/**
 * Where a search is.
 *
 * @param phase the searcher's name for the part of the search
 * @param cycle which repetition of the phase, from 1; 0 where it has none
 * @param wave how many evaluations of the phase had to come before, one after the other
 * @param best the greatest fitness so far, or NaN
 * @param done evaluations done, those of earlier runs included
 * @param resumed of these, those that an earlier run did
 * @param left evaluations to come, as far as is known
 * @param running candidates under way
 * @param phaseEnded whether the phase is complete
 * @param failure what has just failed, and why, as a sentence; empty where nothing has
 */
public record SearchStep(
    String phase,
    int cycle,
    int wave,
    double best,
    long done,
    long resumed,
    long left,
    int running,
    boolean phaseEnded,
    String failure) {}
