// Writes the names of areas into them: only where there is room, the largest areas first, and never
// one over another. Names are text nodes.
"use strict";

(function () {
  const MOST = 160;
  const WIDEST = 24; // em; a longer name ends in dots
  const [SMALLEST, LARGEST] = [11, 15]; // where a rem has 16 pixels

  function ems(name) {
    let width = 0;
    for (const letter of name) width += letter.codePointAt(0) > 0x2e80 ? 1 : 0.62;
    return Math.min(width, WIDEST);
  }

  function placed(map, area) {
    const room = 2 * gridmaps.pixels(map, area.radius, area.spot);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const size = Math.max(SMALLEST * rem, Math.min(LARGEST * rem, room / 8));
    const width = ems(area.name) * size;
    // A name may reach a little beyond the circle: areas are rarely round.
    if (width > room * 1.3 || room < size * 1.6) return null;
    const at = map.latLngToLayerPoint(area.spot);
    const half = [width / 2 + 3, size * 0.7 + 1];
    return { at: at, size: size, box: L.bounds(at.subtract(half), at.add(half)), name: area.name };
  }

  function chosen(map, areas) {
    const taken = [];
    const view = map.getBounds();
    for (const area of areas) {
      if (taken.length >= MOST) break;
      if (!view.contains(area.spot)) continue;
      const label = placed(map, area);
      if (label && !taken.some((other) => other.box.overlaps(label.box))) taken.push(label);
    }
    return taken;
  }

  function element(label) {
    const div = document.createElement("div");
    div.className = "label";
    div.style.fontSize = label.size + "px";
    div.textContent = label.name;
    L.DomUtil.setPosition(div, label.at);
    return div;
  }

  // Gives a function that writes the labels anew; `areas()` are those of the layers now shown.
  gridmaps.labels = function (map, areas) {
    const pane = map.getPane("labels");
    function write() {
      const largestFirst = areas()
        .filter((area) => area.spot && area.radius > 0)
        .sort((one, other) => other.radius - one.radius);
      pane.replaceChildren(...chosen(map, largestFirst).map(element));
    }
    map.on("moveend zoomend resize", write);
    map.on("zoomstart", () => pane.replaceChildren());
    return write;
  };
})();
