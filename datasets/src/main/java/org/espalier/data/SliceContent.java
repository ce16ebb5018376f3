package org.espalier.data;

import java.io.Serializable;
import java.util.List;

/**
 * What reading a slice gave.
 *
 * @param images the images, ordered by index
 * @param corrupt the records that proved corrupt only on reading and were left out; those that
 *     {@link ImageSet#corruptRecords()} counts are not in it
 */
public record SliceContent(List<LabeledImage> images, CorruptRecords corrupt)
    implements Serializable {}
