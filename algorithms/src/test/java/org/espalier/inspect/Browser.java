package org.espalier.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium, driven over its DevTools protocol, as a person would by mouse and keys. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> messages;
  private int commands;

  private Browser(Process process, WebSocket socket, BlockingQueue<JsonNode> messages) {
    this.process = process;
    this.socket = socket;
    this.messages = messages;
  }

  /** Returns the browser's program, where there is one on the path. */
  static Optional<File> program() {
    List<String> names = List.of("chromium", "chromium-browser", "google-chrome");
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> names.stream().map(name -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  /**
   * Opens a page.
   *
   * @param folder where the browser keeps what it has to
   */
  static Browser open(File program, Path folder, URI page) throws Exception {
    Path profile = Files.createDirectories(folder.resolve("browser"));
    Process process =
        new ProcessBuilder(
                program.getPath(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--window-size=1400,950",
                page.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("browser.log").toFile())
            .start();
    try {
      HttpClient http = HttpClient.newHttpClient();
      int port = port(process, profile.resolve("DevToolsActivePort"));
      BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(target(http, port), new Messages(messages))
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Browser browser = new Browser(process, socket, messages);
      browser.waitFor("document.readyState === 'complete'");
      return browser;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static int port(Process process, Path file) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(file) && !Files.readString(file).isBlank()) {
        return Integer.parseInt(Files.readAllLines(file).get(0).strip());
      }
      Thread.sleep(50);
    }
    throw new IOException("Cannot drive the browser: it opened no port");
  }

  private static URI target(HttpClient http, int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json")).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      JsonNode targets =
          JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      for (JsonNode target : targets) {
        if (target.path("type").asText().equals("page")) {
          return URI.create(target.path("webSocketDebuggerUrl").asText());
        }
      }
      Thread.sleep(50);
    }
    throw new IOException("Cannot drive the browser: it has no page");
  }

  /** Returns the value of an expression, as JSON. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("expression", expression).put("returnByValue", true);
    JsonNode answer = command("Runtime.evaluate", parameters);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + " failed: " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Waits until an expression is true. */
  void waitFor(String expression) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!evaluate(expression).asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never true: " + expression);
      }
      Thread.sleep(30);
    }
  }

  /** Presses and releases the left button in the middle of the first element of a selector. */
  void click(String selector) throws Exception {
    double[] middle = middle(selector);
    mouse("mouseMoved", middle[0], middle[1]);
    mouse("mousePressed", middle[0], middle[1]);
    mouse("mouseReleased", middle[0], middle[1]);
  }

  /** Presses on an element, moves by a distance and releases. */
  void drag(String selector, double right, double down) throws Exception {
    double[] middle = middle(selector);
    mouse("mousePressed", middle[0], middle[1]);
    mouse("mouseMoved", middle[0] + right, middle[1] + down);
    mouse("mouseReleased", middle[0] + right, middle[1] + down);
  }

  private double[] middle(String selector) throws Exception {
    JsonNode box =
        evaluate(
            "(() => { const e = document.querySelector("
                + JSON.writeValueAsString(selector)
                + "); e.scrollIntoView({ block: 'nearest' }); const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2]; })()");
    return new double[] {box.get(0).asDouble(), box.get(1).asDouble()};
  }

  private void mouse(String type, double x, double y) throws Exception {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("type", type).put("x", x).put("y", y);
    if (!type.equals("mouseMoved")) {
      parameters.put("button", "left").put("clickCount", 1);
    } else {
      parameters.put("buttons", 1);
    }
    command("Input.dispatchMouseEvent", parameters);
  }

  /** Types a text into whatever has the focus. */
  void type(String text) throws Exception {
    command("Input.insertText", JSON.createObjectNode().put("text", text));
  }

  /** Presses a key such as {@code ArrowDown}. */
  void key(String key, int code) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      command(
          "Input.dispatchKeyEvent",
          JSON.createObjectNode()
              .put("type", type)
              .put("key", key)
              .put("code", key)
              .put("windowsVirtualKeyCode", code));
    }
  }

  private JsonNode command(String method, ObjectNode parameters) throws Exception {
    int id = ++commands;
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    socket.sendText(JSON.writeValueAsString(message), true).get();
    while (true) {
      JsonNode answer = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("Cannot drive the browser: no answer to " + method);
      }
      if (answer.path("id").asInt() == id) {
        if (answer.has("error")) {
          throw new IOException(method + " failed: " + answer.path("error"));
        }
        return answer.path("result");
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    // Its helpers write to the profile as long as they live.
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }

  /** Puts the parts of each message together. */
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> messages;
    private final StringBuilder text = new StringBuilder();

    private Messages(BlockingQueue<JsonNode> messages) {
      this.messages = messages;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          messages.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException("Cannot read what the browser says", e);
        }
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
