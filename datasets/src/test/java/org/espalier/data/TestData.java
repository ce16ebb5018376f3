package org.espalier.data;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Returns a folder of real data; the test is skipped where it is absent. */
  public static Path real(String folder) {
    String given = System.getenv("ESPALIER_DATA");
    List<Path> roots =
        given != null
            ? List.of(Path.of(given))
            : List.of(Path.of("../shared/data"), Path.of("../../shared/data"));
    for (Path root : roots) {
      if (Files.isDirectory(root.resolve(folder))) {
        return root.resolve(folder);
      }
    }
    return abort("Skipped: no " + folder + " in " + roots + " (ESPALIER_DATA names the folder)");
  }
}
