package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How two ranks prove to each other that they belong to the same ring, before anything else.
 *
 * <p>The one that connects sends a greeting: magic number, protocol version, number of ranks, its
 * rank, the rank it means to reach, a random number; then a keyed digest of all that. The other
 * answers with the magic number, a verdict and a keyed digest of greeting and verdict. The key is
 * the ring's token, which itself never travels.
 */
final class Handshake {
  static final int ACCEPTED = 0;
  static final int OTHER_TOKEN = 1;
  static final int OTHER_VERSION = 2;
  static final int OTHER_RANKS = 3;

  /** Bytes of a greeting. */
  static final int GREETING_BYTES = 5 * Integer.BYTES + 16 + 32;

  /** Bytes of an answer. */
  static final int ANSWER_BYTES = 2 * Integer.BYTES + 32;

  private static final int MAGIC = 0x45535052;
  private static final int VERSION = 1;
  private static final int NONCE_BYTES = 16;
  private static final int DIGEST_BYTES = 32;
  private static final String DIGEST = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final int ranks;

  Handshake(String token, int ranks) {
    this.key = new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), DIGEST);
    this.ranks = ranks;
  }

  /** Returns the greeting of one rank to another. */
  byte[] greeting(int from, int to) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
    greeting.putInt(MAGIC).putInt(VERSION).putInt(ranks).putInt(from).putInt(to).put(nonce);
    greeting.put(digest(greeting.array(), greeting.position(), ACCEPTED));
    return greeting.array();
  }

  /** Tells whether the first bytes that came can begin a greeting. */
  static boolean beginsGreeting(ByteBuffer received) {
    return received.position() < Integer.BYTES || received.getInt(0) == MAGIC;
  }

  /** Returns the verdict on a greeting that must come from one rank and be meant for another. */
  int judge(byte[] greeting, int from, int to) {
    ByteBuffer fields = ByteBuffer.wrap(greeting);
    if (fields.getInt() != MAGIC || fields.getInt() != VERSION) {
      return OTHER_VERSION;
    }
    int signed = GREETING_BYTES - DIGEST_BYTES;
    byte[] theirs = Arrays.copyOfRange(greeting, signed, GREETING_BYTES);
    if (!MessageDigest.isEqual(theirs, digest(greeting, signed, ACCEPTED))) {
      return OTHER_TOKEN;
    }
    boolean expected = fields.getInt() == ranks && fields.getInt() == from && fields.getInt() == to;
    return expected ? ACCEPTED : OTHER_RANKS;
  }

  /** Returns why a greeting is not accepted, as a clause about whoever sent it. */
  static String reason(int verdict) {
    switch (verdict) {
      case OTHER_TOKEN:
        return "has another token";
      case OTHER_VERSION:
        return "speaks another version of the protocol";
      default:
        return "has another number or order of ranks";
    }
  }

  /** Returns the answer to a greeting. */
  byte[] answer(byte[] greeting, int verdict) {
    ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
    answer.putInt(MAGIC).putInt(verdict).put(digest(greeting, GREETING_BYTES, verdict));
    return answer.array();
  }

  /** Returns why an answer does not accept a greeting, or null if it does. */
  String refusal(byte[] greeting, byte[] answer) {
    ByteBuffer fields = ByteBuffer.wrap(answer);
    if (fields.getInt() != MAGIC) {
      return "is not of this kind";
    }
    int verdict = fields.getInt();
    byte[] theirs = Arrays.copyOfRange(answer, 2 * Integer.BYTES, ANSWER_BYTES);
    if (verdict == OTHER_VERSION) {
      return reason(verdict);
    }
    if (!MessageDigest.isEqual(theirs, digest(greeting, GREETING_BYTES, verdict))) {
      return reason(OTHER_TOKEN);
    }
    return verdict == ACCEPTED ? null : reason(verdict);
  }

  private byte[] digest(byte[] bytes, int count, int verdict) {
    try {
      Mac mac = Mac.getInstance(DIGEST);
      mac.init(key);
      mac.update(bytes, 0, count);
      mac.update((byte) verdict);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot connect: no " + DIGEST + " in this JVM", e);
    }
  }
}
