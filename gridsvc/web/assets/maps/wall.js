// The wall: one view after another on the whole screen, for as long as nobody says otherwise.
//   ?wall=board,figures,hot   which views, in this order; wall=1 for all     &every=30   seconds
"use strict";

(function () {
  const ALL = ["board", "figures", "hot", "coverage", "workload"];
  const PAGES = { coverage: "/maps/coverage?", workload: "/maps/workload?unit=street&" };
  const FRESH = 600_000; // a framed page is asked for anew after so long
  const known = JSON.parse(document.getElementById("board-data").textContent);
  const button = document.getElementById("wall");
  const title = document.getElementById("wall-title");
  const root = document.documentElement;
  const asked = new URL(document.location).searchParams;
  const every = Math.min(600, Math.max(5, Number(asked.get("every")) || 30)) * 1_000;
  const read = {};
  let views = [];
  let place = 0;
  let paused = false;
  let timer = 0;

  function chosen(text) {
    const named = (text || "").split(",").filter((name) => ALL.includes(name));
    return named.length ? named : ALL;
  }

  function frame(name) {
    for (const page of Object.keys(PAGES)) {
      const element = document.getElementById(`frame-${page}`);
      element.hidden = page !== name;
      if (page !== name || Date.now() - (read[page] || 0) < FRESH) continue;
      read[page] = Date.now();
      element.src = `${PAGES[page]}lang=${known.language.slice(0, 2)}`;
    }
  }

  function show(step) {
    place = (place + step + views.length) % views.length;
    const name = views[place];
    root.dataset.wall = name;
    title.hidden = false;
    title.textContent =
      known.words[`wall_${name}`] + (paused ? ` · ${known.words.wall_paused}` : "");
    frame(name);
    map_main.invalidateSize({ animate: false });
    clearTimeout(timer);
    if (!paused && views.length > 1) timer = setTimeout(() => show(1), every);
  }

  function begin(text) {
    views = chosen(text);
    place = 0;
    button.setAttribute("aria-pressed", "true");
    show(0);
  }

  function end() {
    views = [];
    clearTimeout(timer);
    delete root.dataset.wall;
    title.hidden = true;
    frame(null);
    button.setAttribute("aria-pressed", "false");
    gridmaps.inAddress({ wall: "" });
    if (document.fullscreenElement) document.exitFullscreen();
    map_main.invalidateSize({ animate: false });
  }

  button.addEventListener("click", () => {
    gridmaps.inAddress({ wall: "1" });
    if (root.requestFullscreen) root.requestFullscreen().catch(() => {}); // where it is not allowed
    begin("1");
  });

  document.addEventListener("keydown", (event) => {
    if (!views.length || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") return end();
    if (event.key === "ArrowRight") return show(1);
    if (event.key === "ArrowLeft") return show(-1);
    if (event.key !== " ") return;
    event.preventDefault();
    paused = !paused;
    show(0);
  });

  gridmaps.fillAgain(known);
  if (asked.get("wall")) begin(asked.get("wall"));
})();
