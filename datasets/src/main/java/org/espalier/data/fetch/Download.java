package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.data.DataException;

/** One file's way over HTTP into a local partial file, in as many connections as it takes. */
final class Download {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int READ_MILLIS = 60_000;
  private static final int BUFFER = 1 << 16;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");

  private final URI address;
  private final Path part;
  private final String name;
  private final Progress progress;

  Download(URI address, Path part, String name, Progress progress) {
    this.address = address;
    this.part = part;
    this.name = name;
    this.progress = progress;
  }

  /** Returns how many bytes are there. */
  long received() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /**
   * Goes on where the partial file ends, over one connection.
   *
   * @throws DataException when trying again is of no use
   * @throws IOException when the connection broke; what came is kept
   */
  void attempt() throws IOException {
    long offset = received();
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (offset > 0) {
      connection.setRequestProperty("Range", "bytes=" + offset + "-");
    }
    try {
      int status = connection.getResponseCode();
      Matcher range = RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
      if (status == HttpURLConnection.HTTP_PARTIAL && startsAt(offset, range)) {
        receive(connection, offset, number(range.group(2)));
      } else if (status == HttpURLConnection.HTTP_OK) {
        receive(connection, 0, connection.getContentLengthLong());
      } else if (status == RANGE_NOT_SATISFIABLE || status == HttpURLConnection.HTTP_PARTIAL) {
        giveUpPart(offset, range);
      } else {
        throw refused(status);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static boolean startsAt(long offset, Matcher range) {
    return range.matches() && range.group(1) != null && number(range.group(1)) == offset;
  }

  /** Leaves a partial file that is in truth whole; any other that does not fit is removed. */
  private void giveUpPart(long offset, Matcher range) throws IOException {
    boolean whole = range.matches() && range.group(1) == null && number(range.group(2)) == offset;
    if (!whole) {
      Files.deleteIfExists(part);
      throw new IOException("the partial file does not fit what the server has");
    }
  }

  private IOException refused(int status) {
    String reason = "the server answered " + status;
    boolean passing = status >= 500 || status == TOO_MANY_REQUESTS;
    return passing
        ? new IOException(reason)
        : new DataException("Cannot download " + address + ": " + reason);
  }

  private void receive(HttpURLConnection connection, long offset, long total) throws IOException {
    long done = offset;
    try (InputStream in = connection.getInputStream();
        OutputStream out =
            Files.newOutputStream(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                offset == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        done += n;
        progress.at(name, done, total);
      }
    }
    if (total >= 0 && done != total) {
      throw new IOException("the connection ended after " + done + " of " + total + " bytes");
    }
  }

  private static long number(String digits) {
    return digits.equals("*") ? -1 : Long.parseLong(digits);
  }
}
