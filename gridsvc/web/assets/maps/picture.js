// Draws what a map page shows, title and legend included, on one canvas, from what stands in the
// page: nothing is asked for. Tiles of a server that does not allow it would spoil the picture.
"use strict";

(function () {
  const SHARP = 2; // pixels of the picture for one of the page
  const MARGIN = 16;
  const LINE = 22;
  const COLUMN = 300;
  const INHERITED = ["fill", "fill-opacity", "opacity", "stroke", "stroke-width", "stroke-dasharray"];

  // An image stands outside the page: it must carry its colours and its patterns with it.
  function standing(svg) {
    const copy = svg.cloneNode(true);
    const [from, to] = [svg, copy].map((it) => [it, ...it.querySelectorAll("*")]);
    from.forEach((element, place) => {
      const style = getComputedStyle(element);
      for (const name of INHERITED) to[place].setAttribute(name, style.getPropertyValue(name));
      to[place].removeAttribute("class");
    });
    const patterns = document.querySelector(".patterns defs");
    if (patterns) copy.append(patterns.cloneNode(true));
    const box = svg.getBoundingClientRect();
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    copy.removeAttribute("style");
    return copy;
  }

  async function asImage(svg) {
    const image = new Image();
    const text = new XMLSerializer().serializeToString(standing(svg));
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
    await image.decode();
    return image;
  }

  function isOurs(element) {
    if (!(element instanceof HTMLImageElement)) return true;
    return new URL(element.src, document.location).origin === document.location.origin;
  }

  function inOrder(map) {
    const depth = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
    const panes = [...map.getPane("mapPane").querySelectorAll(".leaflet-pane")];
    return panes.sort((one, other) => depth(one) - depth(other));
  }

  function drawLabel(brush, label, box) {
    const style = getComputedStyle(label);
    brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.lineJoin = "round";
    brush.lineWidth = 3;
    brush.strokeStyle = getComputedStyle(document.body).backgroundColor;
    brush.fillStyle = style.color;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    brush.strokeText(label.textContent, x, y);
    brush.fillText(label.textContent, x, y);
  }

  async function drawPane(brush, pane, frame, tiled) {
    for (const element of pane.querySelectorAll("canvas, img, svg, .label")) {
      if (element.closest(".leaflet-pane") !== pane || (!tiled && !isOurs(element))) continue;
      const { x, y, width, height } = element.getBoundingClientRect();
      const box = { x: x - frame.x, y: y - frame.y, width, height };
      if (!width || !height) continue;
      if (element.matches(".label")) drawLabel(brush, element, box);
      else {
        const image = element.matches("svg") ? await asImage(element) : element;
        brush.drawImage(image, box.x, box.y, width, height);
      }
    }
  }

  async function drawMap(brush, map, tiled) {
    const frame = map.getContainer().getBoundingClientRect();
    brush.save();
    brush.beginPath();
    brush.rect(0, 0, frame.width, frame.height);
    brush.clip();
    brush.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
    brush.fillRect(0, 0, frame.width, frame.height);
    for (const pane of inOrder(map)) await drawPane(brush, pane, frame, tiled);
    brush.restore();
  }

  function text(element) {
    return element ? element.textContent.trim().replace(/\s+/g, " ") : "";
  }

  // The lines of the legend that count for what is seen now.
  function legend() {
    const rows = [...document.querySelectorAll(".legend .layer, .legend .classes :is(h3, li)")];
    const shown = (row) => !row.matches(".layer") || row.querySelector("input:checked");
    return rows.filter((row) => shown(row) && !row.closest("[hidden]"));
  }

  async function drawLegend(brush, rows, columns) {
    for (const [place, row] of rows.entries()) {
      const x = MARGIN + (place % columns) * COLUMN;
      const y = Math.floor(place / columns) * LINE + LINE / 2;
      const swatch = row.querySelector("svg");
      if (swatch) brush.drawImage(await asImage(swatch), x, y - 8, 28, 16);
      brush.fillText(text(row), x + (swatch ? 36 : 0), y, COLUMN - 48);
    }
  }

  function write(brush, size, weight = 400) {
    brush.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    brush.fillStyle = getComputedStyle(document.body).color;
    brush.textAlign = "left";
    brush.textBaseline = "middle";
  }

  function canvasOf(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width * SHARP;
    canvas.height = height * SHARP;
    const brush = canvas.getContext("2d");
    brush.scale(SHARP, SHARP);
    brush.fillStyle = getComputedStyle(document.body).backgroundColor;
    brush.fillRect(0, 0, width, height);
    return [canvas, brush];
  }

  // Without `tiled` the tiles of other servers are left out. `below` is the line at the bottom.
  gridmaps.picture = async function (map, below, tiled) {
    const { width, height } = map.getContainer().getBoundingClientRect();
    const rows = legend();
    const columns = Math.max(1, Math.floor((width - MARGIN) / COLUMN));
    const keys = Math.ceil(rows.length / columns) * LINE;
    const top = 64;
    const [canvas, brush] = canvasOf(width, top + height + keys + LINE + 2 * MARGIN);
    write(brush, 20, 700);
    brush.fillText(text(document.querySelector("h1")), MARGIN, 22, width - 2 * MARGIN);
    write(brush, 14);
    brush.fillText(text(document.querySelector(".subtitle")), MARGIN, 46, width - 2 * MARGIN);
    brush.translate(0, top);
    await drawMap(brush, map, tiled);
    brush.translate(0, height + MARGIN);
    write(brush, 13);
    await drawLegend(brush, rows, columns);
    brush.fillText(below, MARGIN, keys + LINE / 2, width - 2 * MARGIN);
    return canvas;
  };
})();
