/**
 * Networks of codes: which channel groups of a network are searched, what widths a code stands for,
 * which channels stay, and what it all costs. {@link org.espalier.search.structure.Structures} puts
 * it together. How codes are searched does not belong here, nor how channels are cut out ({@code
 * org.espalier.graph}).
 */
package org.espalier.search.structure;
