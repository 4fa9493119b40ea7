// Draws what a page's data block describes (maps/layers.py: drawing) on the map that folium made,
// and ties the legend, the tables and the form of the page to it.
"use strict";

(function () {
  const CLOSEST = 17;
  const SMALL = 6; // pixels: below it an area is marked with a dot
  const state = gridmaps.state;

  // On a phone the form would keep the map off the screen; without this script it stays open.
  function foldOptions() {
    if (!matchMedia("(max-width: 899px)").matches) return;
    for (const options of document.querySelectorAll("details.options")) options.open = false;
  }

  function panes(map) {
    for (const [name, order] of [["problems", 410], ["halo", 420], ["pins", 430], ["labels", 440]]) {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      pane.style.pointerEvents = "none";
    }
  }

  function controls(map, words) {
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    // Arrows and plus and minus are for the map while it has the focus.
    map.getContainer().setAttribute("role", "application");
    map.getContainer().setAttribute("aria-label", words.map);
  }

  // A layer of the legend: the areas it draws, made when it is first shown.
  function makeLayer(map, entry, areas, renderers) {
    const patterned = String(entry.options.fillColor).startsWith("url(");
    const pins = L.layerGroup();
    const group = L.layerGroup();

    let ply = null;

    function build() {
      ply = new gridmaps.Ply(areas, { ...entry.options, renderer: renderers.canvas });
      if (!patterned) return void ply.addTo(group);
      for (const area of areas) {
        if (!area.lines.length) continue;
        const options = { ...entry.options, renderer: renderers.problems, interactive: false };
        L.polygon(area.rings, options).addTo(group);
      }
    }

    function pin() {
      pins.clearLayers();
      if (!entry.pinned) return;
      for (const area of areas) {
        if (!area.spot || gridmaps.pixels(map, area.radius, area.spot) >= SMALL) continue;
        L.circleMarker(area.spot, {
          renderer: renderers.pins,
          radius: 6,
          weight: 2,
          color: "#ffffff",
          fillColor: patterned ? entry.options.color : entry.options.fillColor,
          fillOpacity: 1,
          interactive: false,
        }).addTo(pins);
      }
    }

    const layer = { entry: entry, areas: areas, shown: false };
    layer.show = function (shown) {
      if (shown && !ply) build();
      layer.shown = shown;
      for (const part of [group, pins]) shown ? part.addTo(map) : part.remove();
      if (shown) pin();
    };
    layer.raise = () => group.eachLayer((path) => path.bringToFront());
    layer.paint = (look) => ply.dress(look);
    map.on("zoomend", () => layer.shown && pin());
    return layer;
  }

  async function makeLayers(map, data) {
    const renderers = {
      canvas: L.canvas({ padding: 0.3 }),
      problems: L.svg({ pane: "problems", padding: 0.3 }),
      pins: L.svg({ pane: "pins", padding: 0.3 }),
    };
    const sets = await gridmaps.read(data.sets);
    return data.layers.map((entry) => {
      const all = sets[entry.set];
      const areas = entry.members ? entry.members.map((row) => all[row]) : all;
      return makeLayer(map, entry, areas, renderers);
    });
  }

  // The areas at a place, each once: the painted ones, then the others from small to large.
  function hits(map, layers, at) {
    const found = new Map();
    for (const layer of layers.filter((each) => each.shown)) {
      for (const area of layer.areas) {
        const reached = layer.entry.pinned && gridmaps.near(map, area, at);
        const size = layer.entry.painted ? -1 : area.radius;
        if (reached || gridmaps.covers(area, at)) found.set(area, size);
      }
    }
    return [...found.keys()].sort((one, other) => found.get(one) - found.get(other));
  }

  function goTo(map, area, open) {
    map.getContainer().scrollIntoView({ block: "nearest" });
    if (area.box) map.fitBounds(area.box, { maxZoom: CLOSEST, padding: [40, 40], animate: false });
    else map.setView(area.spot, CLOSEST, { animate: false });
    open([area], area.spot);
  }

  // The legend's boxes switch layers. Gives a function that makes sure of a layer being shown.
  function tieSwitches(layers, label) {
    const boxes = [...document.querySelectorAll("[data-layer]")];

    const layerOf = (box) => layers[Number(box.dataset.layer)];
    const keyOf = (box) => layerOf(box).entry.key;
    const [on, off] = [state.list("on"), state.list("off")];

    function change(box) {
      layerOf(box).show(box.checked);
      for (const layer of layers) if (layer.shown) layer.raise();
      label();
    }

    // The address names what is not as the page would open.
    function switched(box) {
      change(box);
      const changed = boxes.filter((each) => each.checked !== each.defaultChecked);
      state.setList("on", changed.filter((each) => each.checked).map(keyOf));
      state.setList("off", changed.filter((each) => !each.checked).map(keyOf));
    }

    for (const box of boxes) {
      const key = keyOf(box);
      box.checked = on.includes(key) || (box.defaultChecked && !off.includes(key));
      change(box);
      box.addEventListener("change", () => switched(box));
    }
    return (layer) => {
      const box = boxes.find((each) => layerOf(each) === layer);
      box.checked = true;
      switched(box);
    };
  }

  // Gives a function that finds an area which is on the map, and makes sure of its being shown.
  function finder(layers, reveal) {
    return (set, fits) => {
      const wanted = (area) => area.spot && fits(area);
      const holding = layers.filter(
        (layer) => layer.entry.set === set && layer.areas.some(wanted),
      );
      if (!holding.length) return null;
      if (!holding.some((layer) => layer.shown)) reveal(holding[0]);
      return holding[0].areas.find(wanted);
    };
  }

  // The tables' buttons take the map to an area, as soon as it is drawn.
  function tieTables(drawn) {
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("button.spot");
      if (!button) return;
      const go = await drawn;
      go(button.dataset.set, (area) => area.row === Number(button.dataset.row));
    });
  }

  function tieViews(views, layers) {
    const painted = layers.filter((layer) => layer.entry.painted);
    return gridmaps.views(
      views,
      (area) => painted.some((layer) => layer.areas.includes(area)),
      (look) => painted.forEach((layer) => layer.paint(look)),
    );
  }

  // Says when the first picture has been painted: after the frame in which the canvas was drawn.
  function markDrawn() {
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("gridmaps-drawn")));
  }

  // Gives a function that goes to the first area of a set that fits.
  async function draw(map, data) {
    const [west, south, east, north] = data.focus || [-120, -60, 120, 60];
    const waiting = document.querySelector(".waiting");
    waiting.textContent = data.words.loading;
    foldOptions();
    panes(map);
    controls(map, data.words);
    gridmaps.basemaps(map, data);
    map.fitBounds([[south, west], [north, east]], { padding: [8, 8], animate: false });
    const placed = gridmaps.place(map);
    const layers = await makeLayers(map, data).catch((error) => {
      waiting.textContent = data.words.unreachable;
      throw error;
    });
    waiting.remove();
    const named = () => layers.filter((layer) => layer.shown && layer.entry.labelled);
    const label = gridmaps.labels(map, () => named().flatMap((layer) => layer.areas));
    const reveal = tieSwitches(layers, label);
    const open = gridmaps.inspect(map, {
      words: data.words,
      taken: gridmaps.overlays(map, data),
      hits: (at) => hits(map, layers, at),
      more: data.views ? tieViews(data.views, layers) : () => [],
      opened: (area) => state.set("area", area && gridmaps.areaKey(area, data.words.code)),
    });
    const find = finder(layers, reveal);
    const area = gridmaps.areaOf(state.get("area"), find, data.words.code);
    if (area) placed ? open([area], area.spot) : goTo(map, area, open);
    markDrawn();
    return (set, fits) => {
      const wanted = find(set, fits);
      if (wanted) goTo(map, wanted, open);
    };
  }

  gridmaps.draw = function (map, data) {
    const drawn = draw(map, data);
    tieTables(drawn);
    return drawn;
  };
})();
