package org.espalier.data.imagefolder;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataFiles;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.OnCorrupt;
import org.espalier.data.SliceContent;

/** Photographs that are decoded, and brought to one size, when they are read. */
record FolderSlice(
    String folder,
    List<String> classNames,
    List<Entry> entries,
    long first,
    ImageShape shape,
    OnCorrupt onCorrupt)
    implements ImageSlice {

  /** A file's name within the folder of its class. */
  record Entry(String file, int label) implements Serializable {}

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public SliceContent read(Configuration hadoop) throws IOException {
    Path root = new Path(folder);
    FileSystem files = DataFiles.fileSystem(root, hadoop);
    CorruptRecords.Collector corrupt = new CorruptRecords.Collector(onCorrupt);
    List<LabeledImage> images = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      Path path = new Path(new Path(root, classNames.get(entry.label())), entry.file());
      byte[] bytes;
      try (InputStream in = files.open(path)) {
        bytes = in.readAllBytes();
      }
      long index = first + i;
      try {
        byte[] pixels = Resize.cover(ImageDecoder.decode(bytes), shape.height(), shape.width());
        images.add(
            new LabeledImage(
                pixels, shape.height(), shape.width(), shape.channels(), entry.label(), index));
      } catch (ImageDecoder.UndecodableException e) {
        corrupt.add(
            String.format(
                "Cannot decode image %s (number %d): %s; allowed are JPEG and PNG in grey or RGB",
                path, index, e.getMessage()));
      }
    }
    return new SliceContent(images, corrupt.records());
  }
}
