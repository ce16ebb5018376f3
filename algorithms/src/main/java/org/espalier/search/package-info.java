/**
 * Search over codes: whole numbers that stand for candidate networks, or for anything else that can
 * be scored.
 *
 * <p>Here are the codes and their space, what is handed to an evaluator and what comes back, and
 * {@link org.espalier.search.Search}, which runs any {@link org.espalier.search.Strategy} on any
 * {@link org.espalier.search.Evaluator}, remembers what was evaluated, keeps a journal, resumes
 * from it, and re-evaluates the finalists. The strategies have packages of their own ({@code
 * colony}, {@code baseline}), as have the journal's files ({@code journal}) and what makes a
 * network of a code ({@code structure}). How candidates are trained does not belong here, nor
 * where.
 */
package org.espalier.search;
