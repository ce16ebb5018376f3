package org.espalier.nn.fused;

import java.util.Map;
import java.util.TreeMap;

/** Hands out ranges of memory yet to be allocated, reusing those given back. */
final class Arena {
  private final TreeMap<Long, Long> free = new TreeMap<>();
  private long size;

  /** The offset of a range of so many bytes: the smallest gap that holds it, else new room. */
  long take(long bytes) {
    long best = -1;
    for (Map.Entry<Long, Long> gap : free.entrySet()) {
      if (gap.getValue() >= bytes && (best < 0 || gap.getValue() < free.get(best))) {
        best = gap.getKey();
      }
    }
    if (best < 0) {
      Map.Entry<Long, Long> lastGap = free.lastEntry();
      best = size;
      if (lastGap != null && lastGap.getKey() + lastGap.getValue() == size) {
        best = lastGap.getKey();
        free.remove(best);
      }
      size = best + bytes;
      return best;
    }
    long length = free.remove(best);
    if (length > bytes) {
      free.put(best + bytes, length - bytes);
    }
    return best;
  }

  /** Takes a range back and joins it to its neighbours. */
  void giveBack(long offset, long bytes) {
    long from = offset;
    long to = offset + bytes;
    Map.Entry<Long, Long> before = free.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == from) {
      from = before.getKey();
      free.remove(from);
    }
    Long after = free.remove(to);
    free.put(from, to - from + (after == null ? 0 : after));
  }

  /** Bytes that hold all ranges ever handed out. */
  long size() {
    return size;
  }
}
