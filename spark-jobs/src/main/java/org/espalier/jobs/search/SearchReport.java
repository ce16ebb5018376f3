package org.espalier.jobs.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.espalier.jobs.search.SearchSummary.Best;
import org.espalier.jobs.search.SearchSummary.Budget;
import org.espalier.jobs.search.SearchSummary.Driver;
import org.espalier.jobs.search.SearchSummary.Final;
import org.espalier.jobs.search.SearchSummary.Point;
import org.espalier.jobs.search.SearchSummary.Schedule;
import org.espalier.jobs.search.SearchSummary.Structure;
import org.espalier.jobs.search.SearchSummary.Task;
import org.espalier.jobs.search.SearchSummary.Width;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Finalist;
import org.espalier.search.SearchResult;
import org.espalier.search.structure.StructureCost;
import org.espalier.search.structure.Structures;

/**
 * Makes the report's section of what came of a search.
 *
 * @param searcher who searched
 * @param mode what could run at once
 * @param costName what costs are
 * @param limit the greatest cost allowed, or null
 * @param heldOut images on which candidates were judged
 * @param budget what was announced
 * @param slots candidates evaluated at once
 * @param phased whether every phase waits for the one before, and candidates within one for no
 *     others than they say
 */
public record SearchReport(
    String searcher,
    String mode,
    String costName,
    Double limit,
    long heldOut,
    Budget budget,
    int slots,
    boolean phased) {
  private static final int REASONS = 10;

  /**
   * Makes it.
   *
   * @param result what came of the search, with a winner
   * @param driver what the driver had to do
   */
  public SearchSummary of(
      Structures structures, SearchResult result, SearchLog log, Driver driver) {
    List<Judged> judged = log.judged();
    List<Judged> searched = judged.stream().filter(each -> each.replicate() == 0).toList();
    return new SearchSummary(
        searcher,
        mode,
        costName,
        limit,
        heldOut,
        best(structures, result),
        result.tally().total(),
        result.tally().evaluated(),
        judged.stream().map(Judged::code).distinct().count(),
        result.tally().cached(),
        result.tally().rejected(),
        result.tally().failed(),
        judged.stream()
            .filter(each -> each.how() != Evaluation.How.REJECTED)
            .map(Judged::failure)
            .filter(reason -> !reason.isEmpty())
            .distinct()
            .limit(REASONS)
            .toList(),
        budget,
        result.finalists().stream().map(each -> finalist(structures, each)).toList(),
        trace(searched),
        log.diversity(),
        result.front().stream()
            .map(each -> structure(structures, each.code(), each.value()))
            .toList(),
        widths(structures, result.winner().orElseThrow()),
        timeline(judged),
        driver,
        schedule(searched, result, log));
  }

  private static Best best(Structures structures, SearchResult result) {
    Code code = result.winner().orElseThrow();
    Optional<Finalist> looked =
        result.finalists().stream()
            .filter(each -> each.found().code().equals(code))
            .filter(each -> Double.isFinite(each.mean()))
            .findFirst();
    double found =
        looked.map(each -> each.found().value()).orElseGet(() -> result.best().get().value());
    StructureCost cost = structures.cost(code);
    return new Best(
        code, looked.map(Finalist::mean).orElse(found), found, cost.macs(), cost.parameters());
  }

  private static Final finalist(Structures structures, Finalist finalist) {
    StructureCost cost = structures.cost(finalist.found().code());
    return new Final(
        finalist.found().code(),
        finalist.found().value(),
        finalist.mean(),
        finalist.deviation(),
        finalist.replicates().stream().map(Evaluation::value).toList(),
        cost.macs(),
        cost.parameters());
  }

  private static Structure structure(Structures structures, Code code, double fitness) {
    StructureCost cost = structures.cost(code);
    return new Structure(code, fitness, cost.macs(), cost.parameters());
  }

  private static List<Point> trace(List<Judged> searched) {
    List<Point> trace = new ArrayList<>();
    double best = Double.NaN;
    for (Judged each : searched) {
      best = Double.isNaN(best) || each.fitness() > best ? each.fitness() : best;
      trace.add(
          new Point(
              each.index(),
              each.phase(),
              each.cycle(),
              each.wave(),
              each.code(),
              each.fitness(),
              best,
              each.cost(),
              each.how().name().toLowerCase(Locale.ROOT)));
    }
    return trace;
  }

  private static List<Width> widths(Structures structures, Code code) {
    Map<String, Integer> kept = structures.widths(code);
    Map<String, Integer> numbers = new LinkedHashMap<>();
    List<List<String>> positions = structures.positions();
    for (int i = 0; i < positions.size(); i++) {
      for (String group : positions.get(i)) {
        numbers.put(group, code.at(i));
      }
    }
    List<Width> widths = new ArrayList<>();
    kept.forEach(
        (group, width) ->
            widths.add(
                new Width(
                    group,
                    numbers.get(group),
                    structures.groups().group(group).channels(),
                    width)));
    return widths;
  }

  private static List<Task> timeline(List<Judged> judged) {
    List<Judged> placed =
        judged.stream()
            .filter(each -> each.place() != null && each.how() == Evaluation.How.EVALUATED)
            .toList();
    long first = placed.stream().mapToLong(each -> each.place().startMillis()).min().orElse(0);
    return placed.stream()
        .map(
            each ->
                new Task(
                    each.place().executor(),
                    each.index(),
                    each.replicate(),
                    each.phase(),
                    (each.place().startMillis() - first) / 1e3,
                    each.seconds()))
        .toList();
  }

  private Schedule schedule(List<Judged> searched, SearchResult result, SearchLog log) {
    boolean whole =
        searched.stream()
            .filter(each -> each.how() == Evaluation.How.EVALUATED)
            .map(Judged::place)
            .allMatch(Objects::nonNull);
    if (!phased || !whole || result.tally().resumed() > 0) {
      return null;
    }
    double ideal = Makespan.seconds(searched, slots);
    double taken = log.searchSeconds();
    return new Schedule(slots, taken, ideal, taken > 0 ? ideal / taken : Double.NaN);
  }
}
