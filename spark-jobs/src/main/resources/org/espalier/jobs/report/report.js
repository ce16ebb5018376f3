"use strict";
// Draws the report from the JSON in the page. Colours follow the reader's scheme; paper is light.
(function () {
  const report = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("report");
  main.textContent = "";
  const charts = [];
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");

  function element(parent, tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    parent.appendChild(node);
    return node;
  }
  const known = (value) => value !== null && value !== undefined;
  const decimal = (value, digits) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const percent = (value) => (known(value) ? decimal(100 * value, 2) + " %" : "–");
  const count = (value) => (known(value) ? value.toLocaleString("en") : "–");
  const millis = (value) => (known(value) ? decimal(value, 2) + " ms" : "–");
  function short(value) {
    if (!known(value)) return "–";
    if (value >= 1e9) return decimal(value / 1e9, 2) + " G";
    if (value >= 1e6) return decimal(value / 1e6, 2) + " M";
    if (value >= 1e4) return decimal(value / 1e3, 1) + " k";
    return count(value);
  }
  function bytes(value) {
    if (!known(value)) return "–";
    if (value >= 1 << 20) return decimal(value / (1 << 20), 2) + " MiB";
    return value >= 1 << 10 ? decimal(value / (1 << 10), 1) + " KiB" : value + " B";
  }
  function duration(seconds) {
    if (!known(seconds)) return "–";
    if (seconds < 60) return decimal(seconds, seconds < 10 ? 1 : 0) + " s";
    const whole = Math.round(seconds);
    return whole < 3600
      ? Math.floor(whole / 60) + " min " + (whole % 60) + " s"
      : Math.floor(whole / 3600) + " h " + Math.floor((whole % 3600) / 60) + " min";
  }
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // On which images networks are measured between the first and the last.
  const measured = report.search ? "held-out" : "test";

  // Heading and the numbers before and after.
  const model = (report.config && report.config.model && report.config.model.name) || "";
  element(main, "h1", "", [report.job, model, report.data ? report.data.name : ""].filter(Boolean).join(" · "));
  element(main, "p", "quiet",
    "Espalier " + report.espalierVersion + " · " + report.started.replace("T", " ").replace(/\.\d+/, "").replace("Z", " UTC") +
    " · " + duration(report.wallSeconds) + " · seed " + report.seed);
  for (const note of report.notes || []) element(main, "p", "card note", note);

  const before = report.before, after = report.after;
  if (before || after) {
    const tiles = element(main, "div", "tiles");
    const tile = (name, key, format, describe) => {
      const old = before && before[key], fresh = after && after[key];
      if (!known(old) && !known(fresh)) return;
      const box = element(tiles, "div", "card tile");
      element(box, "div", "name", name);
      element(box, "div", "value", format(known(fresh) ? fresh : old));
      if (known(old) && known(fresh)) {
        element(box, "div", "from", "was " + format(old));
        const change = describe(old, fresh);
        element(box, "div", "from " + (change.better ? "good" : change.worse ? "bad" : ""), change.text);
      }
    };
    const points = (old, fresh) => {
      const d = 100 * (fresh - old);
      return { text: (d >= 0 ? "+" : "−") + decimal(Math.abs(d), 2) + " points", better: d > 0, worse: d < 0 };
    };
    const share = (old, fresh) => {
      if (old === 0) return { text: "" };
      const d = (100 * (fresh - old)) / old;
      return { text: (d >= 0 ? "+" : "−") + decimal(Math.abs(d), 1) + " %", better: d < 0, worse: d > 0 };
    };
    tile("Top-1 accuracy", "top1", percent, points);
    tile("Top-5 accuracy", "top5", percent, points);
    tile("Parameters", "parameters", count, share);
    tile("MACs, one image", "macs", short, share);
    tile("File size", "sizeBytes", bytes, share);
    tile("Latency, one image", "latencyMillis", millis, share);
  }

  // Charts.
  function chart(parent, option) {
    const box = element(parent, "div", "chart");
    const drawn = { box, option, instance: null };
    charts.push(drawn);
  }
  function draw() {
    for (const drawn of charts) {
      if (drawn.instance) drawn.instance.dispose();
      drawn.instance = echarts.init(drawn.box, null, { renderer: "svg" });
      drawn.instance.setOption(drawn.option());
    }
  }
  const axisText = () => ({ color: color("quiet"), fontSize: 11 });
  const axis = (more) => Object.assign({
    axisLabel: axisText(), nameTextStyle: axisText(),
    axisLine: { lineStyle: { color: color("line") } }, axisTick: { show: false },
    splitLine: { lineStyle: { color: color("line") } },
  }, more);
  const base = (more) => Object.assign({
    animation: false, textStyle: { fontFamily: "system-ui, sans-serif", color: color("text") },
    tooltip: { trigger: "axis", backgroundColor: color("card"), borderColor: color("line"),
      textStyle: { color: color("text"), fontSize: 12 } },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: axisText() },
  }, more);

  // Curves: every epoch of every stage on one axis, a mark where a stage begins.
  const history = report.history || [];
  if (history.length > 1) {
    element(main, "h2", "", "Accuracy and loss");
    const grid = element(main, "div", "charts");
    const labels = history.map((e) => e.stage + " " + e.epoch);
    const begins = history.map((e, i) => (i === 0 || history[i - 1].stage !== e.stage ? { at: i, stage: e.stage } : null)).filter(Boolean);
    const room = (i) => (i + 1 < begins.length ? begins[i + 1].at : history.length) - begins[i].at;
    // A stage's name as far as the stage goes: there are about 6 pixels to a letter.
    const label = (i, card) => {
      const { stage } = begins[i], fits = Math.floor(((card.clientWidth - 90) / 6) * (room(i) / history.length));
      return stage.length <= fits ? stage : fits < 6 ? "" : stage.slice(0, fits - 1) + "…";
    };
    const marks = (card) => ({ symbol: "none", silent: true, animation: false,
      lineStyle: { color: color("quiet"), type: "dashed", width: 1, opacity: 0.6 },
      label: { color: color("quiet"), fontSize: 11, position: "end", align: "left", distance: [0, 4],
        formatter: (p) => label(p.dataIndex, card) },
      data: begins.map((b) => ({ xAxis: b.at })) });
    // One line a stage, all of the same name: what one stage ends with does not lead to what the next begins with.
    const curve = (name, key, factor, tint, dashed) => begins.map((b, i) => ({ name, type: "line",
      showSymbol: room(i) < 3, connectNulls: true, symbolSize: 5,
      lineStyle: { width: 2, color: color(tint), type: dashed ? "dashed" : "solid" }, itemStyle: { color: color(tint) },
      data: history.map((e) => (e.stage === b.stage && known(e[key]) ? factor * e[key] : null)) }));
    const curves = (title, unit, series) => {
      const filled = () => series().flat().filter((s) => s.data.some(known));
      if (!filled().length) return;
      const card = element(grid, "div", "card");
      element(card, "div", "quiet", title);
      chart(card, () => {
        const lines = filled();
        lines[0].markLine = marks(card);
        return base({
          grid: { left: 46, right: 14, top: 48, bottom: 28 },
          tooltip: Object.assign(base({}).tooltip, { formatter: (all) => labels[all[0].dataIndex] +
            all.filter((p) => known(p.value)).map((p) => "<br>" + p.marker + p.seriesName + " " +
              decimal(p.value, unit === "%" ? 2 : 4) + (unit ? " " + unit : "")).join("") }),
          xAxis: axis({ type: "category", data: labels, boundaryGap: history.length < 3, splitLine: { show: false },
            axisLabel: Object.assign(axisText(), { formatter: (v) => v.slice(v.lastIndexOf(" ") + 1) }) }),
          yAxis: axis({ type: "value", scale: true, axisLabel: Object.assign(axisText(), { formatter: (v) => v + (unit ? " " + unit : "") }) }),
          series: lines,
        });
      });
    };
    curves("Accuracy by epoch", "%", () => [
      curve(measured + ", top-1", "top1", 100, "after"), curve("training", "accuracy", 100, "accent", true)]);
    curves("Loss by epoch", "", () => [
      curve(measured, "testLoss", 1, "after"), curve("training", "loss", 1, "accent", true)]);
  }

  // Channels before and after.
  const layers = report.layers || [];
  if (layers.length) {
    element(main, "h2", "", "Channels by layer");
    const card = element(main, "div", "card");
    chart(card, () => base({
      grid: { left: 46, right: 14, top: 34, bottom: 96 },
      xAxis: axis({ type: "category", data: layers.map((l) => l.name), splitLine: { show: false },
        axisLabel: Object.assign(axisText(), { rotate: 60, interval: layers.length > 60 ? "auto" : 0, fontSize: 10,
          width: 110, overflow: "truncate" }) }),
      yAxis: axis({ type: "value" }),
      series: [
        { name: "before", type: "bar", barGap: "-100%", color: color("before"), itemStyle: { opacity: 0.45, borderRadius: [2, 2, 0, 0] }, data: layers.map((l) => l.channelsBefore) },
        { name: "after", type: "bar", color: color("after"), itemStyle: { borderRadius: [2, 2, 0, 0] }, data: layers.map((l) => l.channelsAfter) },
      ],
    }));
  }

  // Control factors, one small histogram a layer.
  const factors = report.controlFactors || [];
  if (factors.length) {
    element(main, "h2", "", "Control factors");
    const card = element(main, "div", "card");
    const legend = element(card, "div", "legend");
    const key = (tint, text) => { const box = element(legend, "i"); box.style.background = "var(--" + tint + ")"; legend.append(text); };
    key("after", "channels kept"); key("before", "channels removed");
    legend.append(" · factor from 0 (the knockoff serves as well) to 1 (only the real feature serves)");
    const grid = element(card, "div", "small");
    for (const layer of factors) {
      const box = element(grid, "div");
      element(box, "div", "name", layer.layer);
      const bins = layer.kept.length;
      chart(box, () => base({
        legend: { show: false }, grid: { left: 26, right: 6, top: 8, bottom: 20 },
        xAxis: axis({ type: "category", splitLine: { show: false },
          data: layer.kept.map((_, i) => decimal(i / bins, 2) + "–" + decimal((i + 1) / bins, 2)),
          axisLabel: Object.assign(axisText(), { fontSize: 10, interval: (i) => i === 0 || i === bins / 2 || i === bins - 1,
            formatter: (v, i) => (i === 0 ? "0" : i === bins - 1 ? "1" : "0.5") }) }),
        yAxis: axis({ type: "value", minInterval: 1, splitNumber: 2, axisLabel: Object.assign(axisText(), { fontSize: 10 }) }),
        series: [
          { name: "kept", type: "bar", stack: "all", barCategoryGap: "12%", color: color("after"), data: layer.kept },
          { name: "removed", type: "bar", stack: "all", color: color("before"), data: layer.removed },
        ],
      }));
    }
  }

  // Tables.
  function table(title, columns, rows) {
    if (!rows.length) return;
    if (title) element(main, "h2", "", title);
    const box = element(element(main, "div", "card"), "div", "scroll");
    const grid = element(box, "table");
    const head = element(element(grid, "thead"), "tr");
    columns.forEach((column) => element(head, "th", "", column[0]));
    const body = element(grid, "tbody");
    for (const row of rows) {
      const line = element(body, "tr");
      columns.forEach((column) => element(line, "td", "", column[1](row)));
    }
  }
  table("Pipeline", [["network", (s) => s.name], [measured + " top-1", (s) => percent(s.top1)], ["parameters", (s) => count(s.parameters)],
    ["MACs, one image", (s) => short(s.macs)], ["ONNX file", (s) => (known(s.onnxBytes) ? bytes(s.onnxBytes) : "–")],
    ["ONNX Runtime, one image, one thread", (s) => (known(s.onnxMillis) ? millis(s.onnxMillis) : "–")]], report.pipeline || []);
  table("Stages", [["stage", (s) => s.name], ["epochs", (s) => count(s.epochs)], ["images", (s) => count(s.images)],
    ["time", (s) => duration(s.seconds)], ["images/s", (s) => (known(s.imagesPerSecond) ? count(Math.round(s.imagesPerSecond)) : "–")],
    [measured + " top-1", (s) => percent(s.top1)]], report.stages || []);
  table("Layers", [["layer", (l) => l.name], ["channels before", (l) => count(l.channelsBefore)],
    ["after", (l) => count(l.channelsAfter)], ["MACs before", (l) => count(l.macsBefore)], ["after", (l) => count(l.macsAfter)]], layers);

  const benchmark = report.benchmark;
  if (benchmark) {
    const speed = (value) => (known(value) ? decimal(value, 1) : "–");
    const times = (value) => (known(value) ? decimal(value, 2) : "–");
    table("Speed, medians of " + count((benchmark.rounds || []).length) + " rounds",
      [["layers", (b) => b.name || "ours"], ["training, images/s", (b) => speed(b.trainImagesPerSecond)],
        ["inference, images/s", (b) => speed(b.inferImagesPerSecond)], ["first step", (b) => millis(b.firstStepMillis)],
        ["peak resident", (b) => (known(b.peakResidentBytes) ? bytes(b.peakResidentBytes) : "–")],
        ["ours by these, training", (b) => times(b.trainRatio)], ["inference", (b) => times(b.inferRatio)]],
      [benchmark, benchmark.peer].filter(Boolean));
  }

  // How training gets faster with executors: measured, then modelled.
  const scaling = report.scaling;
  if (scaling) {
    const whole = (value) => count(Math.round(value));
    const contenders = [["averaging", "after"], ["allreduce", "accent"], ["stock", "before"]];
    const rows = (of) => contenders.filter(([name]) => known(of[name]))
      .map(([name, tint]) => ({ name, tint, points: of[name].points || of[name] }));
    const flat = (all) => all.flatMap((one) => one.points.map((p) => Object.assign({ name: one.name }, p)));
    const lines = (title, all, value, ideal) => {
      const card = element(main, "div", "card");
      element(card, "div", "quiet", title);
      const numbers = [...new Set(all.flatMap((one) => one.points.map((p) => p.executors)))].sort((a, b) => a - b);
      const line = (points) => numbers.map((n) => { const p = points.find((q) => q.executors === n); return p ? value(p) : null; });
      chart(card, () => base({
        grid: { left: 46, right: 14, top: 34, bottom: 40 },
        tooltip: Object.assign(base({}).tooltip, { valueFormatter: (v) => (known(v) ? decimal(v, 2) : "–") }),
        xAxis: axis({ type: "category", data: numbers, name: "executors", nameLocation: "middle", nameGap: 24, splitLine: { show: false } }),
        yAxis: axis({ type: "value", min: 0 }),
        series: [{ name: "ideal", type: "line", showSymbol: false, lineStyle: { width: 1, type: "dashed", color: color("quiet") },
          itemStyle: { color: color("quiet") }, data: numbers.map(ideal) }].concat(all.map((one) => ({ name: one.name, type: "line",
          connectNulls: true, symbolSize: 6, lineStyle: { width: 2, color: color(one.tint) }, itemStyle: { color: color(one.tint) },
          data: line(one.points) }))),
      }));
    };
    element(main, "h2", "", "Scaling, medians of " + count(scaling.repeats) + " passes");
    const measured = rows(scaling);
    lines("Speed-up over one executor, " + scaling.workload + " workload" +
      (known(scaling.budgetImages) ? "; top-1 after " + count(scaling.budgetImages) + " images" : ""),
      measured, (p) => p.speedup, (n) => n);
    table("", [["", (p) => p.name], ["executors", (p) => count(p.executors)], ["images/s", (p) => decimal(p.imagesPerSecond, 1)],
      ["from", (p) => decimal(p.imagesPerSecondMin, 1)], ["to", (p) => decimal(p.imagesPerSecondMax, 1)],
      ["speed-up", (p) => decimal(p.speedup, 2)], ["a step", (p) => millis(1000 * p.secondsPerStep)],
      ["of it combining", (p) => percent(p.shareOfTimeInReduction)], ["first step", (p) => whole(p.firstStepMillis) + " ms"],
      ["top-1", (p) => percent(p.top1)]],
      flat(measured));
    const model = scaling.simulation;
    if (model) {
      element(main, "h2", "", "Larger clusters, " + model.kind);
      const modelled = rows(model);
      lines("Images/s of N executors in % of N times one's, " + model.kind, modelled, (p) => 100 * p.efficiency, () => 100);
      table("", [["", (p) => p.name], ["executors", (p) => count(p.executors)], ["images/s", (p) => whole(p.imagesPerSecond)],
        ["speed-up", (p) => decimal(p.speedup, 1)], ["efficiency", (p) => percent(p.efficiency)],
        ["a step", (p) => millis(1000 * p.secondsPerStep)], ["waiting for the slowest", (p) => percent(p.shareWaiting)],
        ["network", (p) => percent(p.shareCommunication)]], flat(modelled));
      const card = element(main, "div", "card");
      element(card, "div", "quiet", "What the model assumes");
      const list = element(card, "ul");
      for (const sentence of model.assumptions) element(list, "li", "", sentence);
    }
  }

  // What a search found, and how it went.
  const search = report.search;
  if (search) {
    element(main, "h2", "", "Search: " + search.searcher + (search.mode ? ", " + search.mode : ""));
    const tiles = element(main, "div", "tiles");
    const tile = (name, value, from) => {
      const box = element(tiles, "div", "card tile");
      element(box, "div", "name", name);
      element(box, "div", "value", value);
      element(box, "div", "from", from);
    };
    const best = search.best;
    tile("Best, on " + count(search.heldOut) + " held out", percent(best.fitness),
      search.finalists.length ? "mean of replicates, found with " + percent(best.found) : "by one evaluation");
    tile(search.costName + " of the best", short(search.costName === "MACs" ? best.macs : best.parameters),
      known(search.limit) ? "at most " + short(search.limit) : "no limit");
    tile("Evaluations", count(search.evaluations), count(search.distinct) + " different codes");
    tile("Known from an equal code", count(search.cacheHits), count(search.rejected) + " above the limit");
    tile("Failures", count(search.failures), search.failureReasons[0] || "");
    tile("Driver's own work", percent(search.driver.share), duration(search.driver.busySeconds) + " of " + duration(search.driver.seconds));
    if (search.schedule)
      tile("Of what dependencies allow", percent(search.schedule.share),
        duration(search.schedule.idealSeconds) + " on " + count(search.schedule.slots) + " slots, taken " + duration(search.schedule.takenSeconds));

    const grid = element(main, "div", "charts");
    grid.style.marginTop = "12px";
    const box = (title, tall) => {
      const card = element(grid, "div", "card");
      element(card, "div", "quiet", title);
      if (tall) card.style.gridColumn = "1 / -1";
      return card;
    };
    const tints = ["quiet", "accent", "after", "bad", "before"];
    const phases = [...new Set(search.trace.map((p) => p.phase).concat(search.timeline.map((t) => t.phase)))];
    const tint = (phase) => color(tints[phases.indexOf(phase) % tints.length]);
    const dots = (phase, x) => ({ name: phase, type: "scatter", symbolSize: 6, itemStyle: { color: tint(phase), opacity: 0.75 },
      data: search.trace.filter((p) => p.phase === phase && known(p.fitness)).map((p) => [x(p), 100 * p.fitness, p.code.join(" ")]) });
    const told = (unit) => Object.assign(base({}).tooltip, { trigger: "item", confine: true, formatter: (p) =>
      p.seriesName + "<br>" + unit(p.value[0]) + "<br>" + decimal(p.value[1], 2) + " %" + (p.value[2] ? "<br>" + p.value[2] : "") });
    const percents = () => axis({ type: "value", scale: true, axisLabel: Object.assign(axisText(), { formatter: (v) => v + " %" }) });
    const numbered = (name) => axis({ type: "value", name, nameLocation: "middle", nameGap: 24, min: 0, splitLine: { show: false } });
    const room = { left: 50, right: 30, top: 40, bottom: 40 };
    const shown = phases.filter((phase) => search.trace.some((p) => p.phase === phase));

    chart(box("Fitness over evaluations", true), () => base({
      grid: room, tooltip: told((x) => "evaluation " + count(x)), xAxis: numbered("evaluation"), yAxis: percents(),
      series: shown.map((phase) => dots(phase, (p) => p.index + 1)).concat([{ name: "best so far", type: "line", step: "end", showSymbol: false,
        lineStyle: { width: 2, color: color("text") }, itemStyle: { color: color("text") },
        data: search.trace.map((p) => [p.index + 1, known(p.best) ? 100 * p.best : null]) }]),
    }));
    const front = search.front.map((f) => [search.costName === "MACs" ? f.macs : f.parameters, 100 * f.fitness, f.code.join(" ")]);
    chart(box("Fitness against " + search.costName + ", and the Pareto front"), () => base({
      grid: room, tooltip: told((x) => count(x) + " " + search.costName), yAxis: percents(),
      xAxis: axis({ type: "value", scale: true, name: search.costName, nameLocation: "middle", nameGap: 24,
        axisLabel: Object.assign(axisText(), { formatter: short }), splitLine: { show: false } }),
      series: shown.map((phase) => dots(phase, (p) => p.cost)).concat([{ name: "front", type: "line", symbolSize: 7,
        lineStyle: { width: 1.5, color: color("text") }, itemStyle: { color: color("text") }, data: front }]),
    }));
    let hits = 0;
    const cached = search.trace.map((p) => [p.index + 1, (hits += p.how === "cached" ? 1 : 0)]);
    const spread = search.diversity.map((d) => [d.evaluations, d.value]);
    if (spread.length) spread.push([search.trace.length, spread[spread.length - 1][1]]);
    chart(box("Diversity of the population (mean distance, 0 to 1) and codes known already"), () => base({
      grid: Object.assign({}, room, { right: 46 }), xAxis: numbered("evaluation"),
      tooltip: Object.assign(base({}).tooltip, { valueFormatter: (v) => (known(v) ? decimal(v, 2) : "–") }),
      yAxis: [axis({ type: "value", min: 0 }), axis({ type: "value", min: 0, minInterval: 1, splitLine: { show: false } })],
      series: [
        { name: "diversity", type: "line", step: "end", showSymbol: false, lineStyle: { width: 2, color: color("after") }, itemStyle: { color: color("after") }, data: spread },
        { name: "cache hits", type: "line", step: "end", showSymbol: false, yAxisIndex: 1,
          lineStyle: { width: 2, color: color("accent") }, itemStyle: { color: color("accent") }, data: cached },
      ],
    }));
    chart(box("Channels of the best, layer by layer", true), () => base({
      grid: { left: 46, right: 14, top: 34, bottom: 96 },
      xAxis: axis({ type: "category", data: search.widths.map((w) => w.group), splitLine: { show: false },
        axisLabel: Object.assign(axisText(), { rotate: 60, interval: search.widths.length > 60 ? "auto" : 0, fontSize: 10, width: 110, overflow: "truncate" }) }),
      yAxis: axis({ type: "value" }),
      series: [
        { name: "whole", type: "bar", barGap: "-100%", color: color("before"), itemStyle: { opacity: 0.45, borderRadius: [2, 2, 0, 0] }, data: search.widths.map((w) => w.channels) },
        { name: "best", type: "bar", color: color("after"), itemStyle: { borderRadius: [2, 2, 0, 0] }, data: search.widths.map((w) => w.kept) },
      ],
    }));

    // One line of tasks for each that ran at a time on an executor.
    const lanes = [], placed = [];
    for (const task of [...search.timeline].sort((a, b) => a.start - b.start)) {
      let lane = lanes.find((l) => l.executor === task.executor && l.end <= task.start);
      if (!lane) lanes.push((lane = { executor: task.executor }));
      lane.end = task.start + task.seconds;
      placed.push({ task, lane });
    }
    if (placed.length) {
      lanes.sort((a, b) => a.executor.localeCompare(b.executor, "en", { numeric: true }));
      const until = Math.max(...lanes.map((l) => l.end)), gap = until / 600;
      const card = box("Tasks on executors over time, in seconds", true);
      chart(card, () => base({
        grid: { left: 76, right: 16, top: 34, bottom: 40 }, tooltip: { show: false },
        xAxis: numbered("seconds"),
        yAxis: axis({ type: "category", data: lanes.map((l) => l.executor), inverse: true, splitLine: { show: false } }),
        series: phases.map((phase) => ({ name: phase, type: "line", showSymbol: false, silent: true,
          lineStyle: { width: 10, color: tint(phase), cap: "butt" }, itemStyle: { color: tint(phase) },
          data: placed.filter((p) => p.task.phase === phase).flatMap((p) => {
            const y = lanes.indexOf(p.lane), start = p.task.start;
            return [[start, y], [Math.max(start + p.task.seconds - gap, start + gap / 2), y], [null, null]];
          }) })),
      }));
      card.lastChild.style.height = 110 + 26 * lanes.length + "px";
    }
    table("Finalists, evaluated again", [["code", (f) => f.code.join(" ")], ["found with", (f) => percent(f.found)], ["mean", (f) => percent(f.mean)],
      ["deviation", (f) => percent(f.deviation)], ["MACs", (f) => count(f.macs)], ["parameters", (f) => count(f.parameters)]], search.finalists);
    for (const reason of search.failureReasons) element(main, "p", "card warning", "A candidate failed: " + reason);
  }

  // What rounding did, layer by layer.
  const quantization = report.quantization;
  if (quantization) {
    const rounded = quantization.layers;
    const ratio = (value) => (known(value) ? decimal(value, 1) + " dB" : "–");
    element(main, "h2", "", "Quantisation");
    element(main, "p", "quiet", quantization.algorithm);
    const tiles = element(main, "div", "tiles");
    const tile = (name, value, from) => {
      const box = element(tiles, "div", "card tile");
      element(box, "div", "name", name);
      element(box, "div", "value", value);
      if (from) element(box, "div", "from", from);
    };
    tile("Top-1 before" + (report.search ? ", on images held out" : ""), percent(quantization.given));
    if (known(quantization.rounded)) tile("Rounded, before training", percent(quantization.rounded));
    if (known(quantization.trained)) tile("Rounded, after training", percent(quantization.trained));
    tile("As deployed", percent(quantization.deployed));
    tile("Weights, packed", bytes(quantization.packedBytes), "was " + bytes(quantization.floatBytes) + " as float32");

    const alone = rounded.some((l) => known(l.outputAlone));
    const card = element(main, "div", "card");
    card.style.marginTop = "12px";
    element(card, "div", "quiet", "Signal-to-noise ratio by layer, in dB, on " + count(quantization.images) + " images");
    const line = (name, key, tint) => ({ name, type: "line", symbolSize: 5, lineStyle: { width: 2, color: color(tint) },
      itemStyle: { color: color(tint) }, data: rounded.map((l) => l[key]) });
    chart(card, () => base({
      grid: { left: 46, right: 14, top: 34, bottom: 96 },
      tooltip: Object.assign(base({}).tooltip, { valueFormatter: ratio }),
      xAxis: axis({ type: "category", data: rounded.map((l) => l.name), splitLine: { show: false },
        axisLabel: Object.assign(axisText(), { rotate: 60, interval: rounded.length > 60 ? "auto" : 0, fontSize: 10,
          width: 110, overflow: "truncate" }) }),
      yAxis: axis({ type: "value", scale: true }),
      series: [line("weights", "weightSignalToNoise", "after"), line("output of the layer", "outputSignalToNoise", "accent")]
        .concat(alone ? [line("output of the network, this layer alone rounded", "outputAlone", "before")] : []),
    }));

    for (const [title, key] of [["Weights", "weightHistogram"], ["What layers read", "inputHistogram"]]) {
      element(main, "h2", "", title + ", before and after");
      const box = element(main, "div", "card");
      const legend = element(box, "div", "legend");
      const mark = (tint, text) => { const swatch = element(legend, "i"); swatch.style.background = "var(--" + tint + ")"; legend.append(text); };
      mark("before", "before"); mark("after", "after, rounded");
      legend.append(" · share of the values in equal bins, zero left out where it towers");
      const grid = element(box, "div", "small");
      for (const layer of rounded) {
        const cell = element(grid, "div"), histogram = layer[key], bins = histogram.before.length;
        element(cell, "div", "name", layer.name + ", " + (key === "weightHistogram" ? count(layer.bits) + " bits"
          : known(layer.inputBits) ? count(layer.inputBits) + " bits" : "not rounded"));
        const share = (counts) => { const sum = counts.reduce((a, b) => a + b, 0); return counts.map((c) => (100 * c) / sum); };
        const shares = [share(histogram.before), share(histogram.after)];
        // The bin of zero, which ReLU fills, must not flatten all others.
        const zero = Math.floor(-histogram.from / histogram.width);
        const rest = Math.max(...shares.map((all) => Math.max(0, ...all.filter((_, i) => i !== zero))));
        const edge = (i) => (histogram.from + i * histogram.width).toPrecision(2);
        chart(cell, () => base({
          legend: { show: false }, grid: { left: 34, right: 6, top: 8, bottom: 20 },
          tooltip: Object.assign(base({}).tooltip, { valueFormatter: (v) => decimal(v, 2) + " %" }),
          xAxis: axis({ type: "category", splitLine: { show: false }, data: histogram.before.map((_, i) => edge(i)),
            axisLabel: Object.assign(axisText(), { fontSize: 10, interval: (i) => i === 0 || i === zero || i === bins - 1 }) }),
          yAxis: axis({ type: "value", min: 0, max: rest > 0 ? 1.1 * rest : null, splitNumber: 2,
            axisLabel: Object.assign(axisText(), { fontSize: 10, showMaxLabel: false, formatter: (v) => v + " %" }) }),
          series: [
            { name: "before", type: "bar", barGap: "-100%", barCategoryGap: "0%", color: color("before"), itemStyle: { opacity: 0.45 }, data: shares[0] },
            { name: "after", type: "bar", barCategoryGap: "40%", color: color("after"), itemStyle: { opacity: 0.75 }, data: shares[1] },
          ],
        }));
      }
    }
    table("Layers of integers", [["layer", (l) => l.name], ["weights", (l) => count(l.weights)], ["bits", (l) => count(l.bits)],
      ["bits read", (l) => count(l.inputBits)], ["SNR of weights", (l) => ratio(l.weightSignalToNoise)],
      ["of the output", (l) => ratio(l.outputSignalToNoise)]].concat(alone ? [["alone: SNR of the network", (l) => ratio(l.outputAlone)],
      ["alone: accuracy lost", (l) => percent(l.outputDrop)]] : []), rounded);
  }

  // Data and Spark.
  if (report.data || report.spark) element(main, "h2", "", "Data and cluster");
  const facts = report.data || report.spark ? element(element(main, "div", "card"), "dl") : null;
  const fact = (name, text) => { element(facts, "dt", "", name); element(facts, "dd", "", text); };
  if (report.data) {
    const d = report.data;
    const used = (n, all) => count(n) + (known(all) && all !== n ? " of " + count(all) : "");
    fact("data", d.name);
    fact("training images", used(d.train, d.trainAvailable));
    fact("test images", used(d.test, d.testAvailable));
    fact("corrupt records left out", count(d.corrupt));
    (d.corruptExamples || []).forEach((text) => fact("", text));
  }
  if (report.spark) {
    fact("Spark", report.spark.version + ", " + report.spark.master);
    fact("executors", count(report.spark.executors) + ", " + count(report.spark.defaultParallelism) + " tasks at a time");
    fact("tasks tried again", count(report.spark.taskRetries));
  }

  // Configuration.
  element(main, "h2", "", "Configuration");
  const config = element(element(main, "div", "card"), "div", "config");
  (function list(prefix, section) {
    for (const key of Object.keys(section).sort()) {
      const value = section[key], path = prefix + key;
      if (known(value) && typeof value === "object" && !Array.isArray(value)) { list(path + ".", value); continue; }
      const line = element(config, "div");
      element(line, "span", "", path + " = ");
      line.append(JSON.stringify(value));
    }
  })("", report.config || {});
  element(main, "p", "quiet", "Fingerprint " + report.fingerprint).style.marginTop = "12px";

  draw();
  scheme.addEventListener("change", draw);
  window.addEventListener("resize", () => charts.forEach((c) => c.instance.resize()));
  const fit = () => charts.forEach((c) => c.instance.resize());
  window.addEventListener("beforeprint", () => { draw(); fit(); });
  window.addEventListener("afterprint", () => { draw(); fit(); });
})();
