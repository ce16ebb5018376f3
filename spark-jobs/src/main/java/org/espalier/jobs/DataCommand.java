package org.espalier.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.Part;
import org.espalier.jobs.config.DataJobConfig;
import org.espalier.jobs.config.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The verb {@code data}: says how data get in, and what is in them. It needs no Spark. */
@Command(
    name = "data",
    description = "Opens data sets and counts them.",
    synopsisSubcommandLabel = "[COMMAND]",
    subcommands = DataCommand.Info.class,
    commandListHeading = "%nCommands:%n",
    footer = {
      "Examples:",
      "  espalier data info",
      "  espalier data info --set data.format=cifar10 --set data.path=/data/cifar10"
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
}
