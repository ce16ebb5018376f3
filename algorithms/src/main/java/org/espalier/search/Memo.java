package org.espalier.search;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What evaluated codes were worth, without notes; the codes not asked for longest are forgotten.
 */
final class Memo {
  /** What is remembered: a code and the number of its replicate. */
  record Key(Code code, int replicate) {}

  private final Map<Key, Fitness> known;

  Memo(int capacity) {
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Fitness> eldest) {
            return size() > capacity;
          }
        };
  }

  Optional<Fitness> find(Key key) {
    return Optional.ofNullable(known.get(key));
  }

  void put(Key key, Fitness fitness) {
    known.put(key, fitness.with(Map.of()));
  }
}
