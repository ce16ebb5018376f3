package org.espalier.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What the formats' tests share. */
public final class TestData {
  /** A configuration without files, so that it is made quickly. */
  public static final Configuration HADOOP = new Configuration(false);

  private TestData() {}

  /** Sends an object through serialisation, as Spark does with a task. */
  @SuppressWarnings("unchecked")
  public static <T> T travelled(T object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads a set through slices that have travelled. */
  public static List<LabeledImage> readAll(ImageSet set, int slices) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (ImageSlice slice : set.slices(slices)) {
      SliceContent content = travelled(slice).read(HADOOP);
      images.addAll(content.images());
    }
    return images;
  }
}
