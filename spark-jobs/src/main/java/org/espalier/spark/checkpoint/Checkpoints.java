package org.espalier.spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.files.AtomicFiles;
import org.espalier.spark.training.TrainingState;
import org.espalier.spark.training.TrainingStates;

/**
 * The last states of a stage of training, each in a file of its own in a folder of the stage's.
 *
 * <p>A file is written beside its place and renamed, and only then are older ones deleted, so that
 * a whole one is there at any time. Its name is the epoch and the step within it.
 */
public final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("\\d{6}-\\d{9}\\.state");

  private final Path folder;
  private final String origin;
  private final int keep;
  private final Configuration hadoop;

  /**
   * Makes the checkpoints of a stage.
   *
   * @param folder any Hadoop path; made when it is needed
   * @param origin what the states belong to, for example a digest of the job's configuration
   * @param keep how many are kept, at least 1
   */
  public Checkpoints(Path folder, String origin, int keep, Configuration hadoop) {
    if (keep < 1) {
      throw new IllegalArgumentException(
          "Cannot keep checkpoints: there must be at least 1 (" + keep + ")");
    }
    this.folder = folder;
    this.origin = origin;
    this.keep = keep;
    this.hadoop = hadoop;
  }

  /**
   * Keeps a state, and forgets those that are older than the ones kept.
   *
   * @throws IOException when it cannot be written; those written before are as they were
   */
  public void write(TrainingState state) throws IOException {
    Path file =
        new Path(folder, String.format("%06d-%09d.state", state.epoch(), state.sums().steps()));
    try {
      TrainingStates.write(state, origin, file, hadoop);
    } catch (IOException e) {
      throw new IOException(
          "Cannot write the checkpoint " + file + ": " + firstLine(e.getMessage()), e);
    }
    FileSystem files = AtomicFiles.fileSystem(folder, hadoop);
    for (Path old : newestFirst().stream().skip(keep).toList()) {
      files.delete(old, false);
    }
  }

  private static String firstLine(String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("");
  }

  /**
   * Returns the newest state that is whole.
   *
   * @param damaged is told of files newer than that which are not, and why
   * @throws DataException when there are files, but none is whole, or they belong to something else
   */
  public Optional<TrainingState> newest(BiConsumer<Path, String> damaged) throws IOException {
    DataException last = null;
    for (Path file : newestFirst()) {
      try {
        return Optional.of(TrainingStates.read(origin, file, hadoop));
      } catch (DataException e) {
        damaged.accept(file, e.getMessage());
        last = e;
      }
    }
    if (last != null) {
      throw last;
    }
    return Optional.empty();
  }

  private List<Path> newestFirst() throws IOException {
    FileStatus[] found;
    try {
      found = AtomicFiles.fileSystem(folder, hadoop).listStatus(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return Arrays.stream(found)
        .map(FileStatus::getPath)
        .filter(path -> NAME.matcher(path.getName()).matches())
        .sorted(Comparator.comparing(Path::getName).reversed())
        .toList();
  }
}
