package org.espalier.jobs.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import org.espalier.jobs.JobFailedException;

/** A Python that runs torch_peer.py, and answers a line with a line. It ends with this process. */
final class TorchProcess implements AutoCloseable {
  private static final String GREETING = "torch ";
  private static final String DONE = "done";
  private static final String ERROR = "error ";

  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;
  private final String version;

  /**
   * Starts a Python.
   *
   * @param python a command or a path
   * @param threads threads of PyTorch's kernels, at least 1
   * @throws JobFailedException where there is no such Python, or no PyTorch in it
   */
  TorchProcess(String python, int threads) {
    ProcessBuilder builder =
        new ProcessBuilder(python, "-c", script()).redirectError(Redirect.INHERIT);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new JobFailedException(e.getMessage(), e);
    }
    questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      version = answer(GREETING);
    } catch (JobFailedException e) {
      close();
      throw e;
    }
  }

  /** Returns PyTorch's version. */
  String version() {
    return version;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Sends a line and waits for its answer.
   *
   * @return what the answer says besides that the thing is done; perhaps nothing
   * @throws JobFailedException where it could not be done, or Python is gone
   */
  String ask(String line) {
    try {
      questions.write(line + '\n');
      questions.flush();
    } catch (IOException e) {
      throw gone(e);
    }
    return answer(DONE);
  }

  private String answer(String start) {
    String line;
    try {
      line = answers.readLine();
    } catch (IOException e) {
      throw gone(e);
    }
    if (line == null) {
      throw gone(null);
    }
    if (!line.startsWith(start)) {
      String reason = line.startsWith(ERROR) ? line.substring(ERROR.length()) : line;
      throw new JobFailedException("PyTorch says: " + reason);
    }
    return line.substring(start.length()).strip();
  }

  private static JobFailedException gone(IOException cause) {
    return new JobFailedException("The Python with PyTorch has ended before its time", cause);
  }

  private static String script() {
    try (InputStream script = TorchProcess.class.getResourceAsStream("torch_peer.py")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
