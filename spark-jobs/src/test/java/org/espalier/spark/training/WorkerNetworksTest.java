package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

class WorkerNetworksTest {
  private static ComputationGraph network() {
    ComputationGraphConfiguration empty = new ComputationGraphConfiguration();
    empty.setNetworkInputs(List.of());
    empty.setNetworkOutputs(List.of());
    return new ComputationGraph(empty);
  }

  @Test
  void aNetworkGivenBackIsLentAgainForItsOwnKey() {
    WorkerNetworks networks = new WorkerNetworks(2);
    ComputationGraph first = networks.borrow("a", WorkerNetworksTest::network);

    networks.giveBack("a", first);

    assertThat(networks.borrow("b", WorkerNetworksTest::network)).isNotSameAs(first);
    assertThat(networks.borrow("a", WorkerNetworksTest::network)).isSameAs(first);
    assertThat(networks.borrow("a", WorkerNetworksTest::network)).isNotSameAs(first);
  }

  @Test
  void theLeastRecentlyUsedKeyMakesRoom() {
    WorkerNetworks networks = new WorkerNetworks(2);
    ComputationGraph training = network();
    networks.giveBack("training", training);
    networks.giveBack("evaluation 1", network());
    networks.giveBack("training", networks.borrow("training", WorkerNetworksTest::network));

    networks.giveBack("evaluation 2", network());

    assertThat(networks.size()).isEqualTo(2);
    assertThat(networks.borrow("training", WorkerNetworksTest::network)).isSameAs(training);
  }

  @Test
  void forgettingAKeyDropsItsNetworks() {
    WorkerNetworks networks = new WorkerNetworks(3);
    networks.giveBack("a", network());
    networks.giveBack("b", network());
    networks.giveBack("a", network());

    networks.forget("a");

    assertThat(networks.size()).isEqualTo(1);
  }

  @Test
  void tasksNeverShareANetwork() throws Exception {
    WorkerNetworks networks = new WorkerNetworks(4);
    Set<ComputationGraph> lent = new HashSet<>();
    AtomicInteger shared = new AtomicInteger();
    Callable<Void> task =
        () -> {
          for (int i = 0; i < 500; i++) {
            ComputationGraph graph = networks.borrow("a", WorkerNetworksTest::network);
            synchronized (lent) {
              shared.addAndGet(lent.add(graph) ? 0 : 1);
            }
            synchronized (lent) {
              lent.remove(graph);
            }
            networks.giveBack("a", graph);
          }
          return null;
        };
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Void> done : threads.invokeAll(List.of(task, task, task, task))) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(shared).hasValue(0);
    assertThat(networks.size()).isBetween(1, 4);
  }
}
