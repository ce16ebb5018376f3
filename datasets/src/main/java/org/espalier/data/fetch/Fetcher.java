package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.DataFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads files over HTTP or HTTPS, going on where a broken connection or an earlier run stopped.
 *
 * <p>What has come is kept in a local file whose name ends in {@code .part}: beside the target
 * where that is local, in the staging folder otherwise. Only when its checksum is right does the
 * target appear, by renaming. A server without range support is read from the start again.
 */
public final class Fetcher {
  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
  private static final int ATTEMPTS_WITHOUT_PROGRESS = 5;

  private final Configuration hadoop;
  private final java.nio.file.Path staging;
  private final Duration pause;
  private final Progress progress;

  /**
   * Makes a fetcher.
   *
   * @param hadoop how file systems are reached
   * @param staging a local folder for partial files whose target is not local; made when needed
   * @param pause how long to wait before trying again after a failure
   * @param progress is told of every piece
   */
  public Fetcher(
      Configuration hadoop, java.nio.file.Path staging, Duration pause, Progress progress) {
    this.hadoop = hadoop;
    this.staging = staging;
    this.pause = pause;
    this.progress = progress;
  }

  /** Makes a fetcher that stages in the user's cache folder and pauses for two seconds. */
  public Fetcher(Configuration hadoop, Progress progress) {
    this(
        hadoop,
        java.nio.file.Path.of(System.getProperty("user.home"), ".cache", "espalier"),
        Duration.ofSeconds(2),
        progress);
  }

  /**
   * Makes sure that a file is there and whole.
   *
   * <p>An existing target with the right checksum is left alone, any other is replaced.
   *
   * @param address an {@code http:} or {@code https:} address
   * @param checksum what the file must have
   * @param target the file's Hadoop path; its folder is made if need be
   * @throws DataException when the server refuses or the checksum is wrong; in the latter case the
   *     partial file is removed
   * @throws IOException when the connection failed several times without a byte received; what had
   *     come before is kept for the next run
   */
  public void fetch(URI address, Checksum checksum, Path target) throws IOException {
    FileSystem files = DataFiles.fileSystem(target, hadoop);
    if (files.exists(target) && checksum.hex().equals(digest(checksum, target))) {
      LOG.info("{} is there already", target);
      return;
    }
    java.nio.file.Path part = partFor(target);
    download(address, checksum, part, target.getName());
    publish(part, target);
  }

  Configuration hadoop() {
    return hadoop;
  }

  private java.nio.file.Path partFor(Path target) throws IOException {
    FileSystem files = DataFiles.fileSystem(target, hadoop);
    java.nio.file.Path folder = staging;
    if (files.getUri().getScheme().equals("file")) {
      folder = java.nio.file.Path.of(files.makeQualified(target).toUri().getPath()).getParent();
    }
    Files.createDirectories(folder);
    return folder.resolve(target.getName() + ".part");
  }

  private void download(URI address, Checksum checksum, java.nio.file.Path part, String name)
      throws IOException {
    Download download = new Download(address, part, name, progress);
    int failures = 0;
    for (boolean done = false; !done; ) {
      long before = download.received();
      try {
        download.attempt();
        done = true;
      } catch (DataException e) {
        throw e;
      } catch (IOException e) {
        failures = download.received() > before ? 0 : failures + 1;
        if (failures == ATTEMPTS_WITHOUT_PROGRESS) {
          throw new IOException(
              String.format(
                  "Cannot download %s: %s; the %d bytes received are kept in %s for the next try",
                  address, e.getMessage(), download.received(), part),
              e);
        }
        LOG.warn("Download of {} broke off ({}), going on", address, e.getMessage());
        pause();
      }
    }
    verify(address, checksum, part);
  }

  private static void verify(URI address, Checksum checksum, java.nio.file.Path part)
      throws IOException {
    String found;
    try (InputStream in = Files.newInputStream(part)) {
      found = checksum.of(in);
    }
    if (!found.equals(checksum.hex())) {
      Files.delete(part);
      throw new DataException(
          String.format(
              "Cannot use the download of %s: its %s is %s, it must be %s; the file was removed",
              address, checksum.algorithm(), found, checksum.hex()));
    }
  }

  private void publish(java.nio.file.Path part, Path target) throws IOException {
    FileSystem files = DataFiles.fileSystem(target, hadoop);
    Path beside = new Path(target.getParent(), "_" + target.getName() + ".tmp");
    files.moveFromLocalFile(new Path(part.toUri()), beside);
    files.delete(target, false);
    if (!files.rename(beside, target)) {
      throw new IOException("Cannot rename " + beside + " to " + target);
    }
  }

  private String digest(Checksum checksum, Path file) throws IOException {
    try (InputStream in = DataFiles.fileSystem(file, hadoop).open(file)) {
      return checksum.of(in);
    }
  }

  private void pause() throws InterruptedIOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot go on with the download: it was interrupted");
    }
  }
}
