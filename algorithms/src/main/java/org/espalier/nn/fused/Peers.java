package org.espalier.nn.fused;

/** Those who run the same program on other parts of the batch, while they are there. */
final class Peers {
  private BatchExchange exchange;

  /** Does something together with others, or alone if there is no exchange. */
  void with(BatchExchange others, Runnable work) {
    exchange = others;
    try {
      work.run();
    } finally {
      exchange = null;
    }
  }

  boolean present() {
    return exchange != null;
  }

  /** The sums of everyone's numbers. */
  double[] sum(double[] values) {
    return exchange.sum(values);
  }
}
