// What stands beside the cases of the board: rising topics, hot spots, who looks after the grids.
"use strict";

(function () {
  const FRESH = 300_000;
  const circles = L.layerGroup();
  let read = 0;

  function fill(key, rows) {
    const section = document.getElementById(key);
    section.hidden = false;
    section.querySelector(".note").hidden = rows.length > 0;
    section.querySelector("table").hidden = rows.length === 0;
    section.querySelector("tbody").replaceChildren(
      ...rows.map((cells) => {
        const row = document.createElement("tr");
        cells.forEach((text, place) => {
          const cell = document.createElement(place ? "td" : "th");
          if (!place) cell.scope = "row";
          const name = document.createElement("bdi");
          name.textContent = text;
          cell.append(name);
          row.append(cell);
        });
        return row;
      }),
    );
  }

  // Who may not read one of them does without it.
  async function asked(address) {
    const answer = await fetch(address, { cache: "no-store" });
    return answer.ok ? answer.json() : null;
  }

  function drawCircles(spots) {
    circles.clearLayers();
    for (const spot of spots) {
      const { lat, lon, radius_m } = spot.circle;
      const look = { radius: Math.max(radius_m, 25), color: "#d55e00", weight: 2, dashArray: "4 4" };
      L.circle([lat, lon], { ...look, fillOpacity: 0.15, interactive: false }).addTo(circles);
    }
    circles.addTo(map_main);
  }

  gridmaps.fillTables = async function (known) {
    if (Date.now() - read < FRESH) return;
    read = Date.now();
    const name = (it) => (known.language.startsWith("zh") ? it.name : it.name_en || it.name);
    const [topics, hot, duty] = await Promise.all(
      ["/v1/rising-topics", "/v1/hot-spots?limit=10", "/v1/duty"].map(asked),
    ).catch(() => [null, null, null]);
    if (topics) fill("topics", topics.topics.map((it) => [name(it), it.count, it.usual.toFixed(1)]));
    if (hot) fill("hot", hot.hot_spots.map((it) => [name(it), it.count]));
    if (hot) drawCircles(hot.hot_spots);
    if (!duty) return;
    const lines = duty.streets.map((it) => [
      known.streets[it.code] || it.name,
      `${it.staffed} / ${it.grids}`,
      it.workers,
      it.signed_in,
    ]);
    fill("duty", lines);
  };

  gridmaps.emptyTables = function () {
    read = 0;
    circles.clearLayers();
    for (const key of ["topics", "hot", "duty"]) document.getElementById(key).hidden = true;
  };

  // Beside a line that stays good they are asked for anew as well.
  gridmaps.fillAgain = (known) => setInterval(() => gridmaps.fillTables(known), FRESH + 1_000);
})();
