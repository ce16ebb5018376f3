package org.espalier.jobs.console;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Shows how far a download is, as {@link Console} shows a job. */
public final class DownloadLine implements AutoCloseable {
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long lastShown;
  private boolean drawn;

  DownloadLine(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.lastShown = nanos.getAsLong();
  }

  /** Opens the process's console. */
  public static DownloadLine open() {
    return new DownloadLine(System.err, Console.isTerminal(), System::nanoTime);
  }

  /**
   * Shows the state, unless it was shown a moment ago.
   *
   * @param file the file's name
   * @param done bytes received
   * @param total bytes of the whole file; negative where not known
   */
  public void at(String file, long done, long total) {
    long now = nanos.getAsLong();
    if (now - lastShown < (terminal ? Console.TTY_INTERVAL : Console.PLAIN_INTERVAL)) {
      return;
    }
    lastShown = now;
    String text =
        "  "
            + file
            + "  "
            + Texts.number(done / 1e6, 1)
            + (total < 0 ? "" : " of " + Texts.number(total / 1e6, 1))
            + " MB";
    if (terminal) {
      out.print(Console.ERASE + text);
      out.flush();
      drawn = true;
    } else {
      out.println(text);
    }
  }

  /** Leaves the line that is being drawn. */
  @Override
  public void close() {
    if (drawn) {
      out.print(Console.ERASE);
      out.flush();
    }
  }
}
