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
import org.espalier.nn.fused.Precision;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class WorkerNetworksTest {
  private static WorkerNetwork network() {
    ComputationGraphConfiguration empty = new ComputationGraphConfiguration();
    empty.setNetworkInputs(List.of());
    empty.setNetworkOutputs(List.of());
    return new WorkerNetwork(new ComputationGraph(empty));
  }

  private static WorkerNetwork compiled() {
    WorkerNetwork network = new WorkerNetwork(TinyData.residual(new Sgd(0.1)));
    network.train(TinyData.batch(4), Precision.FLOAT32, 1);
    assertThat(network.isCompiled()).isTrue();
    return network;
  }

  @Test
  void aNetworkGivenBackIsLentAgainForItsOwnKey() {
    WorkerNetworks networks = new WorkerNetworks(2);
    WorkerNetwork first = networks.borrow("a", "", WorkerNetworksTest::network);

    networks.giveBack("a", "", first);

    assertThat(networks.borrow("b", "", WorkerNetworksTest::network)).isNotSameAs(first);
    assertThat(networks.borrow("a", "", WorkerNetworksTest::network)).isSameAs(first);
    assertThat(networks.borrow("a", "", WorkerNetworksTest::network)).isNotSameAs(first);
  }

  @Test
  void aNetworkStaysOnItsDevice() {
    WorkerNetworks networks = new WorkerNetworks(2);
    WorkerNetwork first = networks.borrow("a", "0", WorkerNetworksTest::network);
    networks.giveBack("a", "0", first);
    assertThat(networks.borrow("a", "1", WorkerNetworksTest::network)).isNotSameAs(first);
    assertThat(networks.borrow("a", "0", WorkerNetworksTest::network)).isSameAs(first);
  }

  @Test
  void theLeastRecentlyUsedKeyMakesRoom() {
    WorkerNetworks networks = new WorkerNetworks(2);
    WorkerNetwork training = network();
    networks.giveBack("training", "", training);
    networks.giveBack("evaluation 1", "", network());
    networks.giveBack("training", "", networks.borrow("training", "", WorkerNetworksTest::network));

    networks.giveBack("evaluation 2", "", network());

    assertThat(networks.size()).isEqualTo(2);
    assertThat(networks.borrow("training", "", WorkerNetworksTest::network)).isSameAs(training);
  }

  @Test
  void forgettingAKeyDropsItsNetworks() {
    WorkerNetworks networks = new WorkerNetworks(3);
    networks.giveBack("a", "", network());
    networks.giveBack("b", "", network());
    networks.giveBack("a", "", network());

    networks.forget("a");

    assertThat(networks.size()).isEqualTo(1);
  }

  @Test
  void networksThatMakeRoomAreClosedAndOthersStayCompiled() {
    WorkerNetworks networks = new WorkerNetworks(2);
    List<WorkerNetwork> dropped = List.of(compiled(), compiled());
    WorkerNetwork kept = compiled();
    networks.giveBack("first", "", dropped.get(0));
    networks.giveBack("first", "", dropped.get(1));
    networks.giveBack("second", "", kept);

    networks.giveBack("third", "", network());

    assertThat(dropped).noneMatch(WorkerNetwork::isCompiled);
    assertThat(kept.isCompiled()).isTrue();
    kept.close();
  }

  @Test
  void forgottenNetworksAreClosed() {
    WorkerNetworks networks = new WorkerNetworks(2);
    WorkerNetwork network = compiled();
    networks.giveBack("a", "", network);

    networks.forget("a");
    networks.forget("never heard of");

    assertThat(network.isCompiled()).isFalse();
  }

  @Test
  void tasksNeverShareANetwork() throws Exception {
    WorkerNetworks networks = new WorkerNetworks(4);
    Set<WorkerNetwork> lent = new HashSet<>();
    AtomicInteger shared = new AtomicInteger();
    Callable<Void> task =
        () -> {
          for (int i = 0; i < 500; i++) {
            WorkerNetwork network = networks.borrow("a", "", WorkerNetworksTest::network);
            synchronized (lent) {
              shared.addAndGet(lent.add(network) ? 0 : 1);
            }
            synchronized (lent) {
              lent.remove(network);
            }
            networks.giveBack("a", "", network);
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
