// Small maps beside the large one, one for each part of the numbers (maps/parts.py), all of them with
// the same classes and the same ground.
"use strict";

(function () {
  function fitted(areas, width, height) {
    const sides = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { frame } of areas) {
      for (const side of [0, 1]) sides[side] = Math.min(sides[side], frame[side]);
      for (const side of [2, 3]) sides[side] = Math.max(sides[side], frame[side]);
    }
    const [west, north, east, south] = sides;
    const scale = Math.min(width / (east - west), height / (south - north));
    const left = west * scale - (width - (east - west) * scale) / 2;
    return { scale: scale, left: left, top: north * scale - (height - (south - north) * scale) / 2 };
  }

  function draw(canvas, areas, part, looks) {
    const ratio = Math.max(window.devicePixelRatio, 1);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const view = fitted(areas, width, height);
    const alike = looks.map(() => []);
    for (const area of areas) alike[Number(part.classes[area.row])].push(area);
    looks.forEach((look, place) => gridmaps.fill(context, alike[place], { ...look, weight: 0.2 }, view));
  }

  // Draws the parts that the page has places for.
  gridmaps.smalls = function (parts, areas) {
    if (!parts || !areas.length) return;
    const drawn = areas.filter((area) => area.lines.length);
    for (const canvas of document.querySelectorAll("canvas[data-part]")) {
      draw(canvas, drawn, parts.parts[Number(canvas.dataset.part)], parts.looks);
    }
  };
})();
