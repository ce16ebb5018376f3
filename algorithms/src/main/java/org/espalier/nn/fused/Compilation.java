package org.espalier.nn.fused;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What came of compiling a network: its compiled form, or why there is none.
 *
 * @param <T> the compiled form
 */
public final class Compilation<T> {
  private final T compiled;
  private final String refusal;

  private Compilation(T compiled, String refusal) {
    this.compiled = compiled;
    this.refusal = refusal;
  }

  static <T> Compilation<T> of(T compiled) {
    return new Compilation<>(Objects.requireNonNull(compiled), null);
  }

  static <T> Compilation<T> refused(String reason) {
    return new Compilation<>(null, Objects.requireNonNull(reason));
  }

  /** The compiled form; nothing where the network is to run layer by layer. */
  public Optional<T> compiled() {
    return Optional.ofNullable(compiled);
  }

  /** Why the network is not compiled, as the end of a sentence; nothing where it is. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  <U> Compilation<U> map(Function<T, U> next) {
    return compiled == null ? refused(refusal) : of(next.apply(compiled));
  }
}
