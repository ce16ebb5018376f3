package org.espalier.search.journal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.util.Progressable;

/** Local files on a disk that is soon full. */
public final class FullFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "full";

  /** Bytes that can still be written. */
  static int room;

  static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs." + SCHEME + ".impl", FullFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(
        new Limited(super.create(path, overwrite, bufferSize, replication, blockSize, progress)),
        null);
  }

  private static final class Limited extends FilterOutputStream
      implements StreamCapabilities, Syncable {
    private Limited(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int fits = Math.min(room, length);
      room -= fits;
      out.write(bytes, offset, fits);
      if (fits < length) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public boolean hasCapability(String capability) {
      return true;
    }

    @Override
    public void hflush() throws IOException {
      out.flush();
    }

    @Override
    public void hsync() throws IOException {
      out.flush();
    }
  }
}
