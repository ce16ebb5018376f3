/**
 * The artificial bee colony, one candidate after another or many at once: {@link
 * org.espalier.search.colony.BeeColony}. Nothing here knows what a code stands for.
 */
package org.espalier.search.colony;
