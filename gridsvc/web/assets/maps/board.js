// The live board: what the stream tells goes into the map, the list and the figures.
"use strict";

(function () {
  const ROWS = 60;
  const HEARD = 10_000; // between two sentences for who listens to the page
  const known = JSON.parse(document.getElementById("board-data").textContent);
  const words = known.words;
  const form = document.getElementById("filters");
  const cases = new gridmaps.Cases(known.open);
  const chime = gridmaps.chime(document.getElementById("sound"));
  const unheard = { new: 0, late: 0, over: 0 };
  const times = new Intl.DateTimeFormat(known.language, {
    timeZone: known.zone,
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const hours = new Intl.DateTimeFormat(known.language, { timeZone: known.zone, timeStyle: "medium" });
  const chinese = known.language.startsWith("zh");
  let version = null;
  let heard = 0;
  let fresh = new Set();

  const id = (name) => document.getElementById(name);
  const either = (name, english) => (chinese ? name : english || name) || "–";
  const status = (one) => known.statuses[one.status] || one.status;

  function cell(tag, ...content) {
    const made = document.createElement(tag);
    made.append(...content);
    return made;
  }

  function link(one) {
    const made = cell("a", cell("bdi", either(one.category_name, one.category_name_en)));
    made.href = `/cases/${one.id}`;
    return made;
  }

  function due(one) {
    const said = cell("span", times.format(new Date(one.due_at)));
    if (!one.late) return said;
    said.className = "late";
    said.append(` ${words.board_late}`);
    return said;
  }

  function row(one) {
    const head = cell("th", link(one), cell("small", one.reference));
    head.scope = "row";
    const texts = [status(one), known.streets[one.street] || one.street || "–"];
    const made = cell("tr", head, ...texts.map((text) => cell("td", cell("bdi", text))));
    made.append(cell("td", due(one)));
    made.classList.toggle("fresh", fresh.has(one.id));
    made.classList.toggle("late", one.late);
    made.classList.toggle("over", !one.open);
    return made;
  }

  function describe(one) {
    const owner = either(one.lead_name, one.lead_name_en);
    const lines = [one.reference, status(one), owner];
    return cell("div", link(one), ...lines.map((text) => cell("div", cell("bdi", text))), due(one));
  }

  const marks = gridmaps.marks(map_main, known.waiting, describe);

  function asked() {
    return Object.fromEntries(new FormData(form));
  }

  function draw() {
    const shown = cases.shown(asked());
    const open = shown.filter((one) => one.open).length;
    figure("shown", open);
    id("none").hidden = shown.length > 0;
    id("most").hidden = cases.all.size < known.most;
    fill(shown.slice(0, ROWS));
    marks.show(shown);
    fresh = new Set();
  }

  // Who stands on a case with the keyboard stays on it, wherever it moves.
  function fill(listed) {
    const body = id("cases").tBodies[0];
    const held = body.contains(document.activeElement) && document.activeElement.getAttribute("href");
    body.replaceChildren(...listed.map(row));
    if (held) body.querySelector(`a[href="${held}"]`)?.focus({ preventScroll: true });
  }

  let waits = false;
  function drawSoon() {
    if (waits) return;
    waits = true;
    // A page that is not looked at draws nothing, and everything once when it is.
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  }

  function figure(name, number) {
    const place = document.querySelector(`[data-figure=${name}]`);
    place.textContent = number === null ? "–" : number.toLocaleString(known.language);
    const box = place.closest("[data-alarming]");
    if (box) box.classList.toggle("alarming", number > 0);
  }

  function tell(news) {
    const wanted = new Set(cases.shown(asked()).map((one) => one.id));
    for (const kind of ["new", "late", "over"]) {
      const ours = news[kind].filter((one) => wanted.has(one.id));
      unheard[kind] += ours.length;
      if (kind === "over") continue;
      ours.forEach((one) => fresh.add(one.id));
      if (ours.length) chime(kind === "late");
    }
    draw();
    for (const one of [...news.late, ...news.new]) if (wanted.has(one.id)) marks.ring(one);
    say();
  }

  // Now and then in one sentence, not with every case.
  function say() {
    if (Date.now() - heard < HEARD) return;
    const said = [
      [unheard.new, words.board_news],
      [unheard.late, words.board_news_late],
      [unheard.over, words.board_news_over],
    ].filter(([count]) => count);
    if (!said.length) return;
    heard = Date.now();
    Object.assign(unheard, { new: 0, late: 0, over: 0 });
    id("news").textContent = said
      .map(([count, text]) => text.replace("{count}", count))
      .join(chinese ? "，" : ", ");
  }

  const told = {
    hello(data) {
      cases.set(data.now);
      // What this page's scripts do not know yet, a newer page's do.
      if (version !== null && version !== data.version) document.location.reload();
      version = data.version;
    },
    board(data) {
      cases.board(data.cases);
      drawSoon();
    },
    changes: (data) => tell(cases.change(data)),
    figures(data) {
      for (const [name, number] of Object.entries(data)) figure(name, number);
    },
    pulse: (data) => cases.set(data.now),
    end(data) {
      if (data.reason === "changed" || data.reason === "signed_out") empty();
    },
  };

  function empty() {
    cases.clear();
    for (const name of ["open", "overdue", "waiting"]) figure(name, null);
    gridmaps.emptyTables();
    map_main.closePopup();
    draw();
  }

  function state(name) {
    const texts = { live: words.board_live, refused: words.board_refused };
    texts.away = words.board_away.replace("{time}", hours.format(new Date(cases.now())));
    texts.signed_out = words.board_signed_out;
    const line = id("state");
    // Of a line that stays broken is said once since when.
    if (line.dataset.state !== name) line.textContent = texts[name];
    line.dataset.state = name;
    id("cover").hidden = name !== "signed_out";
    if (name === "signed_out") empty();
    if (name === "live") gridmaps.fillTables(known);
  }

  function choose() {
    gridmaps.inAddress({ category: "", area: "", status: "", overdue: "", ...asked() });
    draw();
  }

  for (const [name, value] of new URL(document.location).searchParams) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value === "1";
    else if (field.tagName === "SELECT") field.value = value;
  }
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  const cover = id("cover");
  cover.querySelector("p").textContent = words.board_signed_out;
  cover.querySelector("a").href =
    "/login?following=" + encodeURIComponent(document.location.pathname + document.location.search);
  setInterval(() => {
    const news = cases.pass();
    if (news.late.length || news.gone) tell(news);
    else say();
  }, 5_000);
  gridmaps.follow("/v1/live", (event, data) => told[event] && told[event](data), state);
})();
