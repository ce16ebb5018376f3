"use strict";
// Draws the network from the JSON in the page, at the coordinates given there.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const nodes = new Map(data.nodes.map((node) => [node.name, node]));
  const known = (value) => value !== null && value !== undefined;
  const svgName = "http://www.w3.org/2000/svg";

  function element(parent, tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }
  function drawn(parent, tag, attributes, text) {
    const made = document.createElementNS(svgName, tag);
    for (const name of Object.keys(attributes)) made.setAttribute(name, attributes[name]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  // Numbers as texts.
  const decimal = (value, digits) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  function short(value) {
    if (value >= 1e9) return decimal(value / 1e9, 2) + " G";
    if (value >= 1e6) return decimal(value / 1e6, 2) + " M";
    if (value >= 1e4) return decimal(value / 1e3, 1) + " k";
    return value.toLocaleString("en");
  }
  function bytes(value) {
    if (value >= 1 << 20) return decimal(value / (1 << 20), 2) + " MiB";
    return value >= 1 << 10 ? decimal(value / (1 << 10), 1) + " KiB" : value + " B";
  }
  const formats = {
    count: short,
    bytes: bytes,
    whole: (value) => value.toLocaleString("en"),
    share: (value) => decimal(100 * value, 1) + " %",
    number: (value) => (value === 0 ? "0" : Number(value.toPrecision(4)).toString()),
    decibel: (value) => decimal(value, 1) + " dB",
    points: (value) => decimal(100 * value, 2) + " points",
  };
  const write = (column, value) => (known(value) ? formats[column.format](value) : "–");

  // Head.
  byId("title").textContent = data.title;
  for (const fact of data.facts) {
    const line = element(byId("facts"), "span");
    element(line, "span", "", fact.name);
    line.append(fact.value);
  }
  const select = byId("column");
  const kind = { key: "type", label: "type" };
  const choices = data.columns.filter((column) => data.nodes.some((node) => known(node.values[column.key])));
  for (const column of [...choices, kind]) element(select, "option", "", column.label).value = column.key;

  // The graph.
  const graph = byId("graph");
  const defs = drawn(graph, "defs", {});
  const tip = drawn(defs, "marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" });
  drawn(tip, "path", { d: "M0 0L8 4L0 8z", id: "tip" });
  const stage = drawn(graph, "g", { id: "stage" });
  const edges = data.edges.map((edge) => {
    const path = drawn(stage, "path", { d: edge.path, class: "edge", "marker-end": "url(#arrow)" });
    return { from: edge.from, to: edge.to, path: path };
  });
  const w = data.boxWidth, h = data.boxHeight;
  const cut = (text, most) => (text.length > most ? text.slice(0, most - 7) + "…" + text.slice(-6) : text);
  for (const node of data.nodes) {
    const group = drawn(stage, "g", {
      class: "node", transform: "translate(" + (node.x - w / 2) + " " + (node.y - h / 2) + ")",
      tabindex: 0, role: "button", "data-name": node.name,
    });
    drawn(group, "rect", { class: "base", width: w, height: h, rx: 7 });
    node.tint = drawn(group, "rect", { class: "tint", x: 1, y: 1, width: w - 2, height: h - 2, rx: 6 });
    drawn(group, "text", { class: "name", x: w / 2, y: 14.5 }, cut(node.name, 20));
    node.line = drawn(group, "text", { class: "value", x: w / 2, y: 28 });
    drawn(group, "title", {}, node.name + "\n" + node.type + " " + node.shape);
    node.group = group;
    group.addEventListener("click", () => { if (!moved) choose(node.name); });
    group.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") choose(node.name); });
  }

  // Colours. Counts and bytes span magnitudes and go by their logarithm.
  const palette = ["#39668f", "#b0611a", "#3d7d55", "#9c4474", "#6b5a9c", "#877016", "#2f7f7f", "#a4483f", "#5d6770", "#74573e"];
  const steps = 8;
  function colour() {
    const column = choices.find((one) => one.key === select.value) || kind;
    byId("least").textContent = byId("most").textContent = byId("ramp").textContent = "";
    if (column === kind) return colourTypes();
    const logarithmic = column.format === "count" || column.format === "bytes";
    const at = (value) => (logarithmic ? Math.log(value) : value);
    const values = data.nodes.map((node) => node.values[column.key]).filter((value) => known(value) && (!logarithmic || value > 0));
    const least = Math.min(...values), most = Math.max(...values);
    for (const node of data.nodes) {
      const value = node.values[column.key];
      const shown = known(value) && (!logarithmic || value > 0);
      const part = most === least ? 0.5 : (at(value) - at(least)) / (at(most) - at(least));
      tint(node, shown ? 0.06 + 0.89 * part : 0, "var(--accent)");
      line(node, shown ? write(column, value) : node.type);
    }
    byId("least").textContent = values.length ? write(column, least) : "";
    byId("most").textContent = values.length ? write(column, most) : "";
    for (let step = 0; values.length && step < steps; step++) {
      const patch = element(byId("ramp"), "i");
      patch.style.background = "var(--accent)";
      patch.style.opacity = 0.06 + (0.89 * step) / (steps - 1);
    }
  }
  function colourTypes() {
    const types = [...new Set(data.nodes.map((node) => node.type))];
    const shade = (type) => palette[types.indexOf(type) % palette.length];
    for (const node of data.nodes) {
      tint(node, 0.92, shade(node.type));
      line(node, node.type);
    }
    for (const type of types) {
      const key = element(byId("most"), "span", "key");
      element(key, "i").style.background = shade(type);
      key.append(type + " ");
    }
  }
  function line(node, text) {
    const room = 22 - node.shape.length;
    node.line.textContent = (text.length > room ? text.slice(0, Math.max(room - 1, 4)) + "…" : text) + " · " + node.shape.replaceAll("x", "×");
  }
  function tint(node, strength, fill) {
    node.tint.style.fill = fill;
    node.tint.style.fillOpacity = strength;
    node.group.classList.toggle("strong", strength > 0.66);
  }
  byId("most").style.cssText = "display: inline-flex; flex-wrap: wrap; gap: 4px 12px";
  select.addEventListener("change", colour);

  // Details of one node.
  const details = byId("details");
  function choose(name) {
    for (const node of data.nodes) node.group.classList.toggle("chosen", node.name === name);
    for (const edge of edges) edge.path.classList.toggle("near", edge.from === name || edge.to === name);
    details.textContent = "";
    details.hidden = name === null;
    if (name === null) return;
    const node = nodes.get(name);
    const close = element(details, "button", "close", "×");
    close.title = "Close";
    close.addEventListener("click", () => choose(null));
    element(details, "h2", "", node.name);
    element(details, "div", "quiet", node.type + (data.outputs.includes(name) ? ", output of the network" : ""));
    for (const note of node.notes) element(details, "p", "note", note);
    const facts = element(details, "dl");
    fact(facts, "output", node.shape.replaceAll("x", " × "));
    for (const column of choices) {
      const value = node.values[column.key];
      if (known(value)) fact(facts, column.label, column.format === "count" ? value.toLocaleString("en") : write(column, value));
    }
    if (node.histogram && node.histogram.counts.length) histogram(node.histogram);
    links("Reads", node.inputs);
    links("Read by", data.nodes.filter((other) => other.inputs.includes(name)).map((other) => other.name));
    const names = Object.keys(node.attributes);
    if (names.length) {
      element(details, "h3", "", "Attributes");
      const list = element(details, "dl", "attributes");
      for (const attribute of names) fact(list, attribute, node.attributes[attribute]);
    }
    details.scrollTop = 0;
  }
  function fact(list, name, text) {
    element(list, "dt", "", name);
    element(list, "dd", "", text);
  }
  function links(head, names) {
    if (!names.length) return;
    element(details, "h3", "", head);
    const line = element(details, "div");
    names.forEach((name, i) => {
      if (i) line.append(", ");
      element(line, "button", "link", name).addEventListener("click", () => { choose(name); show(name); });
    });
  }
  function histogram(bins) {
    element(details, "h3", "", "Distribution of outputs");
    const width = 314, height = 96, low = height - 16, count = bins.counts.length;
    const chart = drawn(details, "svg", { class: "bars", width: width, height: height, role: "img", "aria-label": "Histogram" });
    const root = (value) => Math.sqrt(value), most = root(Math.max(...bins.counts));
    bins.counts.forEach((value, i) => {
      const tall = (low * root(value)) / most;
      drawn(chart, "rect", { x: (width * i) / count, y: low - tall, width: Math.max(width / count - 0.5, 0.5), height: tall });
    });
    drawn(chart, "text", { x: 0, y: height - 3 }, formats.number(bins.from));
    drawn(chart, "text", { x: width, y: height - 3, "text-anchor": "end" }, formats.number(bins.from + bins.width * count));
    element(details, "div", "quiet", "Heights are square roots of counts.").style.fontSize = "12px";
  }

  // Zoom and move.
  let view = { x: 0, y: 0, k: 1 }, moved = false;
  function apply() { stage.setAttribute("transform", "translate(" + view.x + " " + view.y + ") scale(" + view.k + ")"); }
  function fit() {
    const box = graph.getBoundingClientRect();
    view.k = Math.min(box.width / data.width, box.height / data.height, 1.5);
    view.x = (box.width - data.width * view.k) / 2;
    view.y = (box.height - data.height * view.k) / 2;
    apply();
  }
  function zoom(factor, x, y) {
    const k = Math.min(Math.max(view.k * factor, 0.03), 8);
    view.x = x - ((x - view.x) * k) / view.k;
    view.y = y - ((y - view.y) * k) / view.k;
    view.k = k;
    apply();
  }
  function zoomMiddle(factor) {
    const box = graph.getBoundingClientRect();
    zoom(factor, box.width / 2, box.height / 2);
  }
  function show(name) {
    const box = graph.getBoundingClientRect(), node = nodes.get(name);
    const free = details.hidden ? box.width : box.width - 370;
    view.k = Math.max(view.k, 0.8);
    view.x = free / 2 - node.x * view.k;
    view.y = box.height / 2 - node.y * view.k;
    apply();
  }
  graph.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = graph.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let grip = null;
  graph.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX - view.x, y: event.clientY - view.y, startX: event.clientX, startY: event.clientY };
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    if (Math.hypot(event.clientX - grip.startX, event.clientY - grip.startY) > 4) moved = true;
    if (!moved) return;
    graph.classList.add("moving");
    view.x = event.clientX - grip.x;
    view.y = event.clientY - grip.y;
    apply();
  });
  window.addEventListener("pointerup", () => { grip = null; graph.classList.remove("moving"); });
  byId("in").addEventListener("click", () => zoomMiddle(1.35));
  byId("out").addEventListener("click", () => zoomMiddle(1 / 1.35));
  byId("fit").addEventListener("click", fit);
  window.addEventListener("resize", fit);
  window.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });

  // Search by a part of a name or type; Enter goes to the first hit.
  const search = byId("search");
  const hits = () => {
    const text = search.value.trim().toLowerCase();
    return data.nodes.filter((node) => node.name.toLowerCase().includes(text) || node.type.toLowerCase().includes(text));
  };
  search.addEventListener("input", () => {
    const found = new Set(hits());
    for (const node of data.nodes) node.group.classList.toggle("faint", !found.has(node));
  });
  search.addEventListener("keydown", (event) => {
    const found = hits();
    if (event.key === "Enter" && found.length) { choose(found[0].name); show(found[0].name); }
  });

  colour();
  fit();
})();
