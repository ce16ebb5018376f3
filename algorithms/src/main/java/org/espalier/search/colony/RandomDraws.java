package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;
import org.espalier.search.Code;
import org.espalier.search.SearchSpace;

/** Draws from a stream of its own for each bee of each cycle. */
final class RandomDraws implements Draws {
  private final BeeColony settings;
  private final SearchSpace space;
  private final long seed;

  RandomDraws(BeeColony settings, SearchSpace space, long seed) {
    this.settings = settings;
    this.space = space;
    this.seed = seed;
  }

  @Override
  public Code initial(int source) {
    return source < settings.initial().size()
        ? settings.initial().get(source)
        : space.random(RandomStreams.of(seed, "bee colony initial", source));
  }

  @Override
  public Move employed(int cycle, int source) {
    return move(source, RandomStreams.of(seed, "bee colony employed", cycle, source));
  }

  @Override
  public List<Move> onlookers(int cycle, double[] probabilities) {
    SplittableRandom choice = RandomStreams.of(seed, "bee colony choice", cycle);
    List<Move> moves = new ArrayList<>();
    for (int source : settings.onlookers().visited(probabilities, choice::nextDouble)) {
      moves.add(move(source, RandomStreams.of(seed, "bee colony onlooker", cycle, moves.size())));
    }
    return moves;
  }

  @Override
  public Code scout(int cycle, int source) {
    return settings
        .scouts()
        .found(space, RandomStreams.of(seed, "bee colony scout", cycle, source));
  }

  private Move move(int source, SplittableRandom random) {
    int other = random.nextInt(settings.sources() - 1);
    int[] positions = settings.positions().of(space.length(), random);
    double[] factors = new double[positions.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextDouble(-1, 1);
    }
    return new Move(source, other < source ? other : other + 1, positions, factors);
  }
}
