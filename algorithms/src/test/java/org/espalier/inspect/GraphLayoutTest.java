package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GraphLayoutTest {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+");

  private static Node node(String name, List<String> inputs) {
    return new Node(name, "Kind", inputs, List.of(), Map.of());
  }

  /** A graph in which each node reads up to three of those before it, near ones rather. */
  private static Topology random(int seed, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Node> nodes = new ArrayList<>(List.of(node("n0", List.of())));
    for (int i = 1; i < size; i++) {
      List<String> inputs =
          new ArrayList<>(List.of("n" + (i - 1 - random.nextInt(Math.min(i, 3)))));
      while (random.nextInt(3) == 0 && inputs.size() < 3) {
        String far = "n" + random.nextInt(i);
        if (!inputs.contains(far)) {
          inputs.add(far);
        }
      }
      nodes.add(node("n" + i, inputs));
    }
    return new Topology(List.of("n0"), List.of(), nodes);
  }

  @Property(tries = 100)
  void boxesStandApartAndEdgesLeadFromBoxToBox(
      @ForAll @IntRange(min = 0, max = 10_000) int seed,
      @ForAll @IntRange(min = 1, max = 60) int size) {
    Topology topology = random(seed, size);
    GraphLayout layout = GraphLayout.of(topology);
    assertThat(layout.boxes()).hasSize(size);
    List<GraphLayout.Point> boxes = new ArrayList<>(layout.boxes().values());
    for (int i = 0; i < size; i++) {
      GraphLayout.Point a = boxes.get(i);
      assertThat(a.x()).isBetween(GraphLayout.BOX_WIDTH / 2, layout.width());
      assertThat(a.y()).isBetween(GraphLayout.BOX_HEIGHT / 2, layout.height());
      for (int j = 0; j < i; j++) {
        GraphLayout.Point b = boxes.get(j);
        assertThat(
                Math.abs(a.x() - b.x()) >= GraphLayout.BOX_WIDTH
                    || Math.abs(a.y() - b.y()) >= GraphLayout.BOX_HEIGHT)
            .as("%s and %s", a, b)
            .isTrue();
      }
    }
    assertThat(layout.edges())
        .hasSize(topology.nodes().stream().mapToInt(node -> node.inputs().size()).sum());
    for (GraphLayout.Edge edge : layout.edges()) {
      GraphLayout.Point from = layout.boxes().get(edge.from());
      GraphLayout.Point to = layout.boxes().get(edge.to());
      List<Double> numbers =
          NUMBER.matcher(edge.path()).results().map(m -> Double.parseDouble(m.group())).toList();
      assertThat(numbers.get(0)).isCloseTo(from.x(), within(0.06));
      assertThat(numbers.get(1)).isCloseTo(from.y() + GraphLayout.BOX_HEIGHT / 2, within(0.06));
      assertThat(numbers.get(numbers.size() - 1))
          .isCloseTo(to.y() - GraphLayout.BOX_HEIGHT / 2, within(0.06));
    }
    assertThat(GraphLayout.of(topology)).isEqualTo(layout);
  }

  @Test
  void aChainIsStraightAndCutIntoStrips() {
    List<Node> nodes = new ArrayList<>(List.of(node("n0", List.of())));
    for (int i = 1; i < 120; i++) {
      nodes.add(node("n" + i, List.of("n" + (i - 1))));
    }
    GraphLayout layout = GraphLayout.of(new Topology(List.of("n0"), List.of("n119"), nodes));
    assertThat(layout.width() / layout.height()).isBetween(1.2, 2.4);
    assertThat(layout.boxes().values().stream().map(GraphLayout.Point::x).distinct().count())
        .isBetween(4L, 12L);
  }

  @Test
  void aSingleNodeIsDrawnToo() {
    GraphLayout layout =
        GraphLayout.of(new Topology(List.of("n0"), List.of(), List.of(node("n0", List.of()))));
    assertThat(layout.boxes()).hasSize(1);
    assertThat(layout.edges()).isEmpty();
  }
}
