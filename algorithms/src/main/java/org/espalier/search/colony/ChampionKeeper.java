package org.espalier.search.colony;

import java.util.Optional;
import org.espalier.search.Evaluation;

/** Keeps a colony's champion, whatever the order in which evaluations are told. */
final class ChampionKeeper {
  private final BeeColony settings;
  private Evaluation best;

  ChampionKeeper(BeeColony settings) {
    this.settings = settings;
  }

  void add(Evaluation evaluation) {
    boolean isForgotten = evaluation.index() > 0 && evaluation.index() < settings.sources();
    if (settings.champion() != Champion.EVER_BUT_FIRST_SOURCES || isForgotten) {
      return;
    }
    if (best == null
        || evaluation.value() > best.value()
        || (evaluation.value() == best.value() && evaluation.index() < best.index())) {
      best = evaluation;
    }
  }

  Optional<Evaluation> champion(Sources sources) {
    return settings.champion() == Champion.LAST_SOURCES
        ? sources.fittest()
        : Optional.ofNullable(best);
  }
}
