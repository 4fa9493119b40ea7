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

  // A layer of the legend: the areas it draws, read and made when it is first shown.
  function makeLayer(map, entry, read, renderers) {
    const patterned = String(entry.options.fillColor).startsWith("url(");
    const pins = L.layerGroup();
    const group = L.layerGroup();

    const layer = { entry: entry, areas: [], shown: false };
    const members = entry.members && new Set(entry.members);
    const holds = (row) => !members || members.has(row);
    let ply = null;

    function build() {
      ply = new gridmaps.Ply(layer.areas, { ...entry.options, renderer: renderers.canvas });
      if (!patterned) return void ply.addTo(group);
      for (const area of layer.areas) {
        if (!area.lines.length) continue;
        const options = { ...entry.options, renderer: renderers.problems, interactive: false };
        L.polygon(area.rings, options).addTo(group);
      }
    }

    function pin() {
      pins.clearLayers();
      if (!entry.pinned) return;
      for (const area of layer.areas) {
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

    layer.show = async function (shown) {
      layer.shown = shown;
      if (shown && !layer.areas.length) {
        const areas = await read(entry.set);
        layer.areas = areas.filter((area) => holds(area.row));
      }
      if (layer.shown !== shown) return; // switched again while it was read
      if (shown && !ply) build();
      for (const part of [group, pins]) shown ? part.addTo(map) : part.remove();
      if (shown) pin();
    };
    layer.raise = () => group.eachLayer((path) => path.bringToFront());
    layer.paint = (look) => ply && ply.dress(look);
    layer.holds = holds;
    map.on("zoomend", () => layer.shown && pin());
    return layer;
  }

  function makeLayers(map, data, read) {
    const renderers = {
      canvas: L.canvas({ padding: 0.3 }),
      problems: L.svg({ pane: "problems", padding: 0.3 }),
      pins: L.svg({ pane: "pins", padding: 0.3 }),
    };
    return data.layers.map((entry) => makeLayer(map, entry, read, renderers));
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
  async function tieSwitches(layers, label) {
    const boxes = [...document.querySelectorAll("[data-layer]")];

    const layerOf = (box) => layers[Number(box.dataset.layer)];
    const keyOf = (box) => layerOf(box).entry.key;
    const [on, off] = [state.list("on"), state.list("off")];

    async function change(box) {
      await layerOf(box).show(box.checked);
      for (const layer of layers) if (layer.shown) layer.raise();
      label();
    }

    // The address names what is not as the page would open.
    function switched(box) {
      const changed = boxes.filter((each) => each.checked !== each.defaultChecked);
      state.setList("on", changed.filter((each) => each.checked).map(keyOf));
      state.setList("off", changed.filter((each) => !each.checked).map(keyOf));
      return change(box);
    }

    for (const box of boxes) {
      const key = keyOf(box);
      box.checked = on.includes(key) || (box.defaultChecked && !off.includes(key));
      box.addEventListener("change", () => switched(box));
    }
    await Promise.all(boxes.map(change));
    return (layer) => {
      const box = boxes.find((each) => layerOf(each) === layer);
      box.checked = true;
      return switched(box);
    };
  }

  // Gives a function that finds an area which is on the map, and makes sure of its being shown.
  function finder(layers, read, reveal) {
    return async (set, fits) => {
      const ofSet = layers.filter((layer) => layer.entry.set === set);
      if (!ofSet.length) return null;
      const area = (await read(set)).find((each) => each.spot && fits(each));
      const holding = area ? ofSet.filter((layer) => layer.holds(area.row)) : [];
      if (!holding.length) return null;
      if (!holding.some((layer) => layer.shown)) await reveal(holding[0]);
      return area;
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

  // Gives what a view adds to a tooltip.
  function tieViews(data, layers) {
    if (!data.views) return () => [];
    const painted = layers.filter((layer) => layer.entry.painted);
    const views = gridmaps.views(
      data.views,
      data.words,
      painted.flatMap((layer) => layer.areas),
      (look) => painted.forEach((layer) => layer.paint(look)),
    );
    gridmaps.player(views.show);
    return views.more;
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
    const read = gridmaps.reader(data.sets);
    const layers = makeLayers(map, data, read);
    const named = () => layers.filter((layer) => layer.shown && layer.entry.labelled);
    const label = gridmaps.labels(map, () => named().flatMap((layer) => layer.areas));
    const reveal = await tieSwitches(layers, label).catch((error) => {
      waiting.textContent = data.words.unreachable;
      throw error;
    });
    waiting.remove();
    const open = gridmaps.inspect(map, {
      words: data.words,
      taken: gridmaps.overlays(map, data),
      hits: (at) => hits(map, layers, at),
      more: tieViews(data, layers),
      opened: (area) => state.set("area", area && gridmaps.areaKey(area, data.words.code)),
    });
    const find = finder(layers, read, reveal);
    const area = await gridmaps.areaOf(state.get("area"), find, data.words.code);
    if (area) placed ? open([area], area.spot) : goTo(map, area, open);
    markDrawn();
    return async (set, fits) => {
      const wanted = await find(set, fits);
      if (wanted) goTo(map, wanted, open);
    };
  }

  gridmaps.draw = function (map, data) {
    const drawn = draw(map, data);
    tieTables(drawn);
    return drawn;
  };
})();
