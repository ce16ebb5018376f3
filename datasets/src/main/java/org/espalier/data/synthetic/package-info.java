/**
 * Images drawn by code, so that everything can be tried without a download.
 *
 * <p>Here belong what the classes look like and how one image is drawn from (seed, part, index).
 */
package org.espalier.data.synthetic;
