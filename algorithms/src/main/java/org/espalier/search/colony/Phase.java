package org.espalier.search.colony;

import java.util.Locale;

/** The parts of a colony's search. */
enum Phase {
  INITIAL,
  EMPLOYED,
  ONLOOKER,
  SCOUT;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
