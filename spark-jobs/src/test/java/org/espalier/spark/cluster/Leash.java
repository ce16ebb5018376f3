package org.espalier.spark.cluster;

import java.util.Arrays;

/** Runs a program that ends when the process ends for which it was started. */
public final class Leash {
  private Leash() {}

  /**
   * Runs a program.
   *
   * @param args the number of the process that it was started for, the program's main class, and
   *     the program's arguments
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    long owner = Long.parseLong(args[0]);
    Thread watch = new Thread(() -> endWith(owner), "leash");
    watch.setDaemon(true);
    watch.start();
    Class.forName(args[1])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
  }

  private static void endWith(long owner) {
    ProcessHandle.of(owner).ifPresent(process -> process.onExit().join());
    Runtime.getRuntime().halt(1);
  }
}
