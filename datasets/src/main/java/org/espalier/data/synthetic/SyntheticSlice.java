package org.espalier.data.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.Part;
import org.espalier.data.SliceContent;
import org.espalier.data.SyntheticSpec;

/** A run of images that are drawn when they are read. */
record SyntheticSlice(SyntheticSpec spec, Part part, long first, long size) implements ImageSlice {

  @Override
  public SliceContent read(Configuration hadoop) {
    List<LabeledImage> images = new ArrayList<>((int) size);
    for (long i = first; i < first + size; i++) {
      images.add(new Painter(spec, part, i).paint());
    }
    return new SliceContent(images, CorruptRecords.NONE);
  }
}
