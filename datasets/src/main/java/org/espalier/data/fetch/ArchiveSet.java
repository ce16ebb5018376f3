package org.espalier.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataFiles;

/**
 * Files that together make a data set.
 *
 * @param items what is to be downloaded
 * @param unpacked the files that come out of the items, which are gzipped tar archives then; empty
 *     where the items themselves are the data
 */
record ArchiveSet(List<Item> items, List<String> unpacked) {

  /** A file's name at its address, and what it must be. */
  record Item(String file, Checksum checksum) {}

  /** Downloads, unpacks and removes the archives, unless everything is there already. */
  void fetch(Path folder, Fetcher fetcher, URI base) throws IOException {
    Configuration hadoop = fetcher.hadoop();
    FileSystem files = DataFiles.fileSystem(folder, hadoop);
    if (!unpacked.isEmpty() && allThere(files, folder)) {
      return;
    }
    files.mkdirs(folder);
    for (Item item : items) {
      Path target = new Path(folder, item.file());
      fetcher.fetch(base.resolve(item.file()), item.checksum(), target);
      if (!unpacked.isEmpty()) {
        Untar.extract(target, folder, hadoop);
        files.delete(target, false);
      }
    }
  }

  private boolean allThere(FileSystem files, Path folder) throws IOException {
    for (String name : unpacked) {
      if (!files.exists(new Path(folder, name))) {
        return false;
      }
    }
    return true;
  }
}
