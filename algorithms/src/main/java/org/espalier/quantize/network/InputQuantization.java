package org.espalier.quantize.network;

import org.espalier.quantize.layer.ActivationQuantizer;

/**
 * Places quantisers so that what each layer with weights reads has its own grid, and everything
 * else that is kept between operations one of 8 bits.
 *
 * <p>What layers with weights alone read is rounded once for each of them, right before it. What
 * others read too, such as the sum of a residual block, is rounded to the 8-bit grid first, and
 * from there to the layers' own.
 */
public final class InputQuantization {
  /** Makes quantisers. */
  public interface Maker {
    /**
     * Makes a quantiser of so many bits.
     *
     * @param source the node, or network input, of the network given whose values it rounds
     * @param nonNegative whether what it rounds is never below zero
     */
    ActivationQuantizer make(String source, int bits, boolean nonNegative);
  }

  /** Says how many bits what a layer reads has. */
  public interface Bits {
    /**
     * Returns the bits.
     *
     * @param layer a layer with weights
     */
    int of(String layer);
  }

  private static final int OTHERS = 8;

  private InputQuantization() {}

  /** Puts quantisers into a network. */
  public static void place(TrainingForm form, Bits bits, Maker maker) {
    for (Placement.Site site : form.placement().sites()) {
      if (!site.weightedOnly()) {
        form.behind(site, maker.make(site.source(), OTHERS, site.nonNegative()));
      }
    }
    for (String layer : form.placement().weighted()) {
      int wanted = bits.of(layer);
      if (wanted < OTHERS || !form.readsQuantized(layer)) {
        form.before(layer, maker.make(form.original(layer), wanted, form.readsNonNegative(layer)));
      }
    }
  }
}
