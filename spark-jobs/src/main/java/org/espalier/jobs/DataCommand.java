package org.espalier.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.Part;
import org.espalier.data.fetch.Fetcher;
import org.espalier.data.fetch.OfficialArchives;
import org.espalier.jobs.config.DataJobConfig;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.Settings;
import org.espalier.jobs.console.DownloadLine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code data}: says how data get in, and what is in them. It needs no Spark. */
@Command(
    name = "data",
    description = "Opens data sets and counts them; fetches public ones.",
    synopsisSubcommandLabel = "[COMMAND]",
    subcommands = {DataCommand.Info.class, DataCommand.Fetch.class},
    commandListHeading = "%nCommands:%n",
    footer = {
      "Examples:",
      "  espalier data info",
      "  espalier data info --set data.format=cifar10 --set data.path=/data/cifar10",
      "  espalier data fetch cifar10 /data/cifar10"
    })
final class DataCommand implements Runnable {
  private static final String VERB = "data";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine command = spec.commandLine();
    command.usage(command.getOut());
  }

  /** The command {@code data info}. */
  @Command(
      name = "info",
      description =
          "Opens the data of a configuration and counts images, classes, corrupt records.",
      footer = "All keys, with their meaning: espalier data info --print-config")
  static final class Info implements Callable<Integer> {
    @Mixin private SettingsOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      Settings settings = options.load(VERB);
      if (options.printConfig()) {
        out.print(settings.print());
      }
      DataSpec data = DataJobConfig.from(settings.root()).data().spec();
      if (!options.printConfig()) {
        print(data, settings.hadoop(), out);
      }
      out.flush();
      return CommandLine.ExitCode.OK;
    }

    private static void print(DataSpec data, Configuration hadoop, PrintWriter out)
        throws IOException {
      ImageSet train = Datasets.open(data, Part.TRAIN, hadoop);
      ImageSet test = Datasets.open(data, Part.TEST, hadoop);
      out.printf("format           %s%n", data.format());
      if (!data.path().isEmpty()) {
        out.printf("path             %s%n", data.path());
      }
      out.printf(
          "image            %d x %d x %d%n",
          train.shape().height(), train.shape().width(), train.shape().channels());
      out.printf("training images  %,d%n", train.size());
      out.printf("test images      %,d%n", test.size());
      out.printf(
          "classes          %d: %s%n",
          train.classNames().size(), String.join(", ", train.classNames()));
      corrupt("training", train, out);
      corrupt("test", test, out);
    }

    private static void corrupt(String part, ImageSet images, PrintWriter out) {
      if (images.corruptRecords().count() > 0) {
        out.printf("corrupt records  %,d left out of %s:%n", images.corruptRecords().count(), part);
        images.corruptRecords().examples().forEach(example -> out.println("  " + example));
      }
    }
  }

  /** The command {@code data fetch}. */
  @Command(
      name = "fetch",
      description =
          "Downloads a public data set from its official address, checks and unpacks it. A download"
              + " that broke off goes on where it stopped.")
  static final class Fetch implements Callable<Integer> {
    @Parameters(
        index = "0",
        paramLabel = "FORMAT",
        description = "${COMPLETION-CANDIDATES}.",
        completionCandidates = Formats.class)
    private String format;

    @Parameters(
        index = "1",
        paramLabel = "FOLDER",
        description = "Where the files go, any Hadoop path; made if need be.")
    private String folder;

    @Option(
        names = "--mirror",
        paramLabel = "URL",
        description = "Another folder with the same files; the checksums stay the official ones.")
    private URI mirror;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      if (!new Formats().names().contains(format)) {
        throw new InvalidConfigException(
            "FORMAT must be one of " + String.join(", ", new Formats().names()) + ": " + format);
      }
      OfficialArchives archives = OfficialArchives.of(format);
      URI from = mirror == null ? archives.base() : folderOf(mirror);
      try (DownloadLine line = DownloadLine.open()) {
        archives.fetch(new Path(folder), new Fetcher(new Configuration(), line::at), from);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s is in %s; use it with%n", format, folder);
      out.printf("  --set data.format=%s --set data.path=%s%n", format, folder);
      out.flush();
      return CommandLine.ExitCode.OK;
    }

    /** Without a slash at its end, the last element would be taken for a file. */
    private static URI folderOf(URI mirror) {
      return mirror.getPath().endsWith("/") ? mirror : URI.create(mirror + "/");
    }
  }

  /** The formats that can be fetched. */
  static final class Formats implements Iterable<String> {
    List<String> names() {
      return Arrays.stream(OfficialArchives.values()).map(OfficialArchives::format).toList();
    }

    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
