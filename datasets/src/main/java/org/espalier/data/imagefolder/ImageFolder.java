package org.espalier.data.imagefolder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;
import org.espalier.data.DataSpec;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;

/**
 * {@code train/CLASS/*.JPEG} and {@code val/CLASS/*.JPEG} (or {@code test/}); also {@code .jpg},
 * {@code .jpeg} and {@code .png}, in any case.
 *
 * <p>Classes are the training part's folders, sorted by name. Images are numbered in turn: the
 * first of every class, by file name, then the second of every class, and so on, so that a
 * contiguous slice holds all classes. Opening lists the folders; photographs are decoded when a
 * slice is read.
 */
public final class ImageFolder {
  /** The extent, in pixels, to which photographs are brought where none is given. */
  public static final int DEFAULT_EXTENT = 224;

  private static final List<String> EXTENSIONS = List.of(".jpeg", ".jpg", ".png");

  private ImageFolder() {}

  /**
   * Lists one part.
   *
   * @throws DataException when a folder is missing, holds no images, or a test class is not among
   *     the training classes
   */
  public static ImageSet open(DataSpec spec, Part part, Configuration hadoop) throws IOException {
    Path root = DataFiles.folder(spec, hadoop).getPath();
    FileSystem files = DataFiles.fileSystem(root, hadoop);
    Path train = existing(files, root, List.of("train"));
    Path folder = part == Part.TRAIN ? train : existing(files, root, List.of("val", "test"));
    List<String> classes = folders(files, train);
    if (classes.isEmpty()) {
      throw new DataException("Cannot open image folder " + train + ": it holds no class folders");
    }
    ImageShape shape = new ImageShape(extent(spec.height()), extent(spec.width()), 3);
    List<List<String>> names =
        new ArrayList<>(classes.stream().map(c -> List.<String>of()).toList());
    for (String name : folders(files, folder)) {
      int label = classes.indexOf(name);
      if (label < 0) {
        throw new DataException(
            String.format(
                "Cannot open image folder %s: class %s is not among the %d classes of %s",
                folder, name, classes.size(), train));
      }
      names.set(label, images(files, new Path(folder, name)));
    }
    FolderSet set = new FolderSet(folder.toString(), classes, names, shape, spec.onCorrupt());
    if (set.size() == 0) {
      throw new DataException(
          String.format(
              "Cannot open image folder %s: its class folders hold no images (%s)",
              folder, String.join(", ", EXTENSIONS)));
    }
    return set;
  }

  private static int extent(int given) {
    return given == 0 ? DEFAULT_EXTENT : given;
  }

  private static Path existing(FileSystem files, Path root, List<String> names) throws IOException {
    for (String name : names) {
      Path folder = new Path(root, name);
      if (files.exists(folder)) {
        return folder;
      }
    }
    boolean classesHere = false;
    for (String name : folders(files, root)) {
      classesHere |= !images(files, new Path(root, name)).isEmpty();
    }
    throw new DataException(
        String.format(
            "Cannot open image folder %s: there is no %s folder in it%s",
            root,
            String.join(" or ", names),
            classesHere
                ? "; it holds class folders itself, they must be in train/CLASS and val/CLASS"
                : ""));
  }

  private static List<String> folders(FileSystem files, Path folder) throws IOException {
    return Arrays.stream(files.listStatus(folder))
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
        .sorted()
        .toList();
  }

  private static List<String> images(FileSystem files, Path folder) throws IOException {
    return Arrays.stream(files.listStatus(folder))
        .filter(FileStatus::isFile)
        .map(status -> status.getPath().getName())
        .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
        .filter(name -> EXTENSIONS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith))
        .sorted(Comparator.naturalOrder())
        .toList();
  }
}
