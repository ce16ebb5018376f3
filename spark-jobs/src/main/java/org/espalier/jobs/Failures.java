package org.espalier.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.search.JournalException;
import org.espalier.spark.training.TrainingException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns what went wrong into one sentence and an exit code. */
final class Failures {
  private Failures() {}

  /** Returns 2 for what the user has to ask differently, 1 for everything else. */
  static int exitCode(Throwable failure) {
    return failure instanceof InvalidConfigException || failure instanceof ParameterException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * Returns a sentence fit for a user.
   *
   * <p>The project's own exceptions, and those of reading and writing, have one as their message;
   * where a task on an executor failed, the one below Spark's is taken. Of anything else the type
   * is named, too.
   */
  static String sentence(Throwable failure) {
    Throwable told = failure;
    while (isWrapper(told) && told.getCause() != null) {
      told = told.getCause();
    }
    String message = told.getMessage() == null ? "" : told.getMessage().strip();
    boolean plain =
        !message.isEmpty()
            && (told instanceof InvalidConfigException
                || told instanceof JobFailedException
                || told instanceof TrainingException
                || told instanceof JournalException
                || told instanceof IOException
                || told instanceof IllegalArgumentException);
    String type = told.getClass().getSimpleName();
    String text = plain ? message : type + (message.isEmpty() ? "" : ": " + message);
    return text.lines().findFirst().orElse(type);
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof UncheckedIOException
        || failure.getClass().getName().startsWith("org.apache.spark.")
        || failure.getClass() == RuntimeException.class;
  }

  /** Returns the stack trace. */
  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
