package org.espalier.data;

import java.util.SplittableRandom;

/**
 * Derives random streams from (seed, purpose, index), so that no stream is ever shared.
 *
 * <p>Two calls with equal arguments give streams that produce the same numbers, in any process and
 * whatever was drawn elsewhere; calls that differ in any argument give unrelated streams. The
 * mixing function is the finaliser of MurmurHash3 in David Stafford's variant 13, as in {@link
 * SplittableRandom}.
 */
public final class RandomStreams {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private RandomStreams() {}

  /**
   * Returns the stream of a purpose.
   *
   * @param seed the seed of the whole run
   * @param purpose what the numbers are for, for example {@code "shuffle"}
   * @param index which stream of that purpose, for example epoch and image; may be empty
   */
  public static SplittableRandom of(long seed, String purpose, long... index) {
    long state = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      state = absorb(state, purpose.charAt(i));
    }
    state = absorb(state, purpose.length());
    for (long i : index) {
      state = absorb(state, i);
    }
    return new SplittableRandom(absorb(state, index.length));
  }

  private static long absorb(long state, long value) {
    return mix(state * GOLDEN_GAMMA + mix(value + GOLDEN_GAMMA));
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
