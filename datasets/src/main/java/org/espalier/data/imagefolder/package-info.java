/**
 * Photographs in folders named for their class, as ImageNet is commonly laid out.
 *
 * <p>Here belong the listing of folders, decoding and bringing to one size. Random crops and flips
 * belong in {@code transform}.
 */
package org.espalier.data.imagefolder;
