/**
 * The searches against which others have to earn their keep: {@link
 * org.espalier.search.baseline.UniformWidths}, {@link org.espalier.search.baseline.RandomSearch}
 * and {@link org.espalier.search.baseline.RegularizedEvolution}.
 */
package org.espalier.search.baseline;
