/**
 * Looking inside networks: what each layer is, costs and computes, where two networks differ, and
 * how far a compressed one is from its original; as tables, as files for other tools, and as one
 * page to click through.
 *
 * <p>Nothing here changes a network that it is given. What a network costs is counted in {@code
 * org.espalier.graph}; training does not belong here.
 */
package org.espalier.inspect;
