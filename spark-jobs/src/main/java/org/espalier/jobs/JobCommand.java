package org.espalier.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.espalier.jobs.config.JobConfig;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.config.Settings;
import org.espalier.jobs.console.Console;
import org.espalier.jobs.console.Summary;
import org.espalier.jobs.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A verb that runs a job: reads and checks its configuration, runs it, writes the report.
 *
 * <p>A verb is a subclass with a picocli {@code @Command} and the name of its reference
 * configuration.
 *
 * @param <C> the verb's configuration
 */
abstract class JobCommand<C extends JobConfig> implements Callable<Integer> {
  private final Function<Section, C> reader;
  private final Job<C> job;

  @Mixin private SettingsOptions options;
  @Spec private CommandSpec spec;

  JobCommand(Function<Section, C> reader, Job<C> job) {
    this.reader = reader;
    this.job = job;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = options.load(verb(), shorthands());
    PrintWriter out = spec.commandLine().getOut();
    if (options.printConfig()) {
      out.print(settings.print());
      out.flush();
    }
    C config = reader.apply(settings.root());
    if (!options.printConfig()) {
      out.print(Summary.of(run(settings, config, out)));
      out.flush();
    }
    return CommandLine.ExitCode.OK;
  }

  /** Returns the verb, as reports and the reference configuration have it. */
  String verb() {
    return spec.name();
  }

  /** Returns what the verb's own options set, as {@code key=value}. */
  List<String> shorthands() {
    return List.of();
  }

  private Report run(Settings settings, C config, PrintWriter out) throws IOException {
    try (Console console = Console.open();
        JobContext context = JobContext.open(settings, config, console, out)) {
      try {
        job.run(config, context);
        return context.finish();
      } catch (IOException | RuntimeException e) {
        noteFailure(context, e);
        throw e;
      }
    }
  }

  private static void noteFailure(JobContext context, Exception failure) {
    try {
      context.events().add("job-failed", Map.of("reason", Failures.sentence(failure)));
    } catch (UncheckedIOException e) {
      failure.addSuppressed(e);
    }
  }
}
