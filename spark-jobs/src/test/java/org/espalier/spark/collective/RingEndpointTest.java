package org.espalier.spark.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class RingEndpointTest {
  private static final RingSettings PATIENT =
      RingSettings.defaults().withTimeout(Duration.ofMinutes(5));
  private static final RingSettings IMPATIENT =
      RingSettings.defaults().withTimeout(Duration.ofMillis(400));

  private RingEndpoint zero;
  private RingEndpoint one;
  private List<String> addresses;

  @BeforeEach
  void open() {
    zero = RingEndpoint.open(Rings.LOOPBACK);
    one = RingEndpoint.open(Rings.LOOPBACK);
    addresses = List.of(zero.address(), one.address());
  }

  @AfterEach
  void close() {
    zero.close();
    one.close();
  }

  @Test
  void aSingleRankNeedsNobody() {
    try (RingAllReduce ring = zero.connect(0, List.of(zero.address()), "token", IMPATIENT)) {
      assertThat(ring.rank()).isZero();
      assertThat(ring.ranks()).isEqualTo(1);
      assertThat(ring.sum(new double[] {2})).containsExactly(2);
    }
  }

  @Test
  void strangersDoNoHarm() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try {
      // Some say nothing, and they are more than are heard at once.
      for (int i = 0; i < 100; i++) {
        strangers.add(stranger());
      }
      stranger().close();
      Socket talker = stranger();
      strangers.add(talker);
      talker.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      Socket halfGreeting = stranger();
      strangers.add(halfGreeting);
      halfGreeting
          .getOutputStream()
          .write(new Handshake("other", 2).greeting(1, 0), 0, Handshake.GREETING_BYTES - 1);

      FutureTask<RingAllReduce> first = connecting(zero, 0, "token", PATIENT);
      FutureTask<RingAllReduce> second = connecting(one, 1, "token", PATIENT);
      try (RingAllReduce ring = first.get();
          RingAllReduce other = second.get()) {
        FutureTask<double[]> sum = new FutureTask<>(() -> other.sum(new double[] {2}));
        new Thread(sum).start();
        assertThat(ring.sum(new double[] {1})).containsExactly(3);
        assertThat(sum.get()).containsExactly(3);
      }
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void anotherTokenIsRefused() throws Exception {
    CollectiveException failure =
        refusal(() -> zero.connect(0, addresses, "mine", PATIENT), "theirs");

    assertThat(failure)
        .hasMessage(
            "Cannot connect: rank 1 at %s refused the connection: it has another token",
            one.address());
    assertThat(failure.rank()).isZero();
    assertThat(failure.peer()).isEqualTo(1);
  }

  @Test
  void aWaitInVainTellsWhoWasTurnedAway() throws Exception {
    try (Socket socket = stranger()) {
      byte[] greeting = new Handshake("theirs", 2).greeting(1, 0);
      socket.getOutputStream().write(greeting);

      CollectiveException failure =
          Rings.failure(() -> zero.connect(0, addresses, "mine", IMPATIENT));

      assertThat(failure)
          .hasMessage(
              "Cannot connect: rank 1 at %s did not connect within 0.4 s;"
                  + " refused 1 other connections, the last one has another token",
              one.address());
      byte[] answer = socket.getInputStream().readNBytes(Handshake.ANSWER_BYTES);
      assertThat(new Handshake("theirs", 2).refusal(greeting, answer))
          .isEqualTo("has another token");
    }
  }

  @Test
  void anotherNumberOfRanksIsRefused() throws Exception {
    List<String> three = List.of(zero.address(), one.address(), zero.address());

    assertThat(refusal(() -> zero.connect(0, three, "token", PATIENT), "token"))
        .hasMessageEndingWith("refused the connection: it has another number or order of ranks");
  }

  @Test
  void aRankThatIsGoneIsNamed() {
    one.close();

    assertThatThrownBy(() -> zero.connect(0, addresses, "token", PATIENT))
        .isInstanceOf(CollectiveException.class)
        .hasMessageStartingWith("Cannot connect: rank 1 at " + one.address())
        .hasMessageContaining("cannot be reached (");
  }

  @Test
  void aServiceThatIsNoRankIsNotTrusted() throws Exception {
    try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FutureTask<Void> answering =
          new FutureTask<>(
              () -> {
                try (Socket socket = service.accept()) {
                  socket.getInputStream().readNBytes(Handshake.GREETING_BYTES);
                  byte[] greeting = new Handshake("guess", 2).greeting(0, 1);
                  socket
                      .getOutputStream()
                      .write(new Handshake("guess", 2).answer(greeting, Handshake.ACCEPTED));
                  socket.getInputStream().readAllBytes();
                }
                return null;
              });
      new Thread(answering).start();
      String there = Rings.LOOPBACK + ":" + service.getLocalPort();

      assertThatThrownBy(() -> zero.connect(0, List.of(zero.address(), there), "token", PATIENT))
          .isInstanceOf(CollectiveException.class)
          .hasMessageEndingWith("refused the connection: it has another token");
      answering.get();
    }
  }

  @Test
  void interruptEndsConnecting() throws Exception {
    FutureTask<Boolean> stayedInterrupted =
        new FutureTask<>(
            () -> {
              assertThat(Rings.failure(() -> zero.connect(0, addresses, "token", PATIENT)))
                  .hasMessage("Cannot connect: the thread was interrupted");
              return Thread.currentThread().isInterrupted();
            });
    Thread waiting = new Thread(stayedInterrupted);
    waiting.start();

    waiting.interrupt();

    assertThat(stayedInterrupted.get()).isTrue();
  }

  @Test
  void refusesWhatMakesNoRing() {
    assertThatThrownBy(() -> zero.connect(2, addresses, "token", PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: rank must be in 0..1 (2)");
    assertThatThrownBy(() -> zero.connect(0, addresses, "", PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: token is empty");
    assertThatThrownBy(() -> zero.connect(0, List.of("a", "nowhere"), "token", PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: address of rank 1 is not host:port (nowhere)");
    assertThatThrownBy(() -> zero.connect(0, addresses, "token", PATIENT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot connect: the endpoint is closed (%s)", zero.address());
    assertThatThrownBy(() -> one.connect(0, List.of("a", "[::1]:0"), "token", PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: port of rank 1 is not in 1..65535 ([::1]:0)");
    assertThatThrownBy(() -> PATIENT.withChunkBytes(1023))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: chunks must be of 1024 bytes or more (1023)");
    assertThatThrownBy(() -> PATIENT.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot connect: connect timeout must be positive (PT0S)");
  }

  @Test
  void listensOnlyOnThisMachine() {
    assertThatThrownBy(() -> RingEndpoint.open("192.0.2.1"))
        .isInstanceOf(CollectiveException.class)
        .hasMessageStartingWith("Cannot listen: no port on 192.0.2.1 (");
  }

  @Test
  void tokensDiffer() {
    assertThat(RingEndpoint.newToken()).hasSize(32).isNotEqualTo(RingEndpoint.newToken());
  }

  /** Returns how connecting fails while rank 1 listens, which itself gets no answer from rank 0. */
  private CollectiveException refusal(Runnable connect, String tokenOfRankOne) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> known = List.of(Rings.LOOPBACK + ":" + silent.getLocalPort(), one.address());
      FutureTask<CollectiveException> other =
          new FutureTask<>(
              () -> Rings.failure(() -> one.connect(1, known, tokenOfRankOne, PATIENT)));
      Thread listening = new Thread(other);
      listening.start();
      CollectiveException failure = Rings.failure(connect);
      listening.interrupt();
      assertThat(other.get()).hasMessage("Cannot connect: the thread was interrupted");
      return failure;
    }
  }

  private Socket stranger() throws Exception {
    String address = zero.address();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private FutureTask<RingAllReduce> connecting(
      RingEndpoint endpoint, int rank, String token, RingSettings settings) {
    FutureTask<RingAllReduce> task =
        new FutureTask<>(() -> endpoint.connect(rank, addresses, token, settings));
    new Thread(task).start();
    return task;
  }
}
