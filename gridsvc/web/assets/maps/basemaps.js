// Puts tiles under a map, and lets the reader choose among those that the deployment names
// (maps/tiles.py). The choice stands in the address, and is remembered for pages that do not say it.
"use strict";

(function () {
  const NONE = "none";
  const REMEMBERED = "gridsvc.base";
  const CLOSEST = 20;

  // A browser may forbid a page to keep anything: then the choice holds for this page only.
  function remembered() {
    try {
      return localStorage.getItem(REMEMBERED);
    } catch {
      return null;
    }
  }

  function remember(key) {
    try {
      localStorage.setItem(REMEMBERED, key);
    } catch {
      // See above.
    }
    gridmaps.state.set("base", key);
  }

  function pictures(basemap) {
    return basemap.urls.map((url) =>
      L.tileLayer(url, {
        attribution: basemap.attribution,
        subdomains: basemap.subdomains,
        minZoom: basemap.zooms[0],
        maxNativeZoom: basemap.zooms[1],
        maxZoom: CLOSEST,
        bounds: basemap.bounds && [basemap.bounds.slice(0, 2).reverse(), basemap.bounds.slice(2).reverse()],
      }),
    );
  }

  // The tiles' drawing is read when it is first needed.
  function vector(basemap) {
    const group = L.layerGroup();
    const source = {
      address: (z, x, y) => L.Util.template(basemap.urls[0], { z, x, y, s: share(basemap, x + y) }),
      zooms: basemap.zooms,
      shifted: basemap.shifted,
    };
    const options = { attribution: basemap.attribution, className: "vector", pane: "tilePane" };
    Promise.all([import("./tiles.js"), import("./looks.js")]).then(([tiles, looks]) =>
      group.addLayer(tiles.vectorTiles(source, looks.ground, options)),
    );
    return [group];
  }

  const share = (basemap, sum) => basemap.subdomains[sum % basemap.subdomains.length];

  // A list in the corner of the map.
  function control(map, choices, words, choose) {
    const box = L.DomUtil.create("label", "base leaflet-bar");
    const name = L.DomUtil.create("span", "", box);
    name.textContent = words.base_map;
    const list = L.DomUtil.create("select", "", box);
    for (const choice of choices) list.add(new Option(choice.title, choice.key));
    list.addEventListener("change", () => choose(list.value));
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    const corner = L.control({ position: "topright" });
    corner.onAdd = () => box;
    corner.addTo(map);
    return list;
  }

  // To be called before the map has its first view.
  gridmaps.basemaps = function (map, data) {
    const choices = [...data.basemaps, { key: NONE, title: data.words.no_base_map }];
    const wanted = [gridmaps.state.get("base"), remembered(), data.base, NONE];
    let layers = [];

    function show(key) {
      const basemap = data.basemaps.find((each) => each.key === key);
      for (const layer of layers) layer.remove();
      layers = basemap ? (basemap.vector ? vector : pictures)(basemap) : [];
      map.options.crs = gridmaps.crsOf(basemap);
      // Between whole zooms tiles are blurred; without tiles the fit can be closer.
      map.options.zoomSnap = basemap ? 1 : 0.25;
      for (const layer of layers) layer.addTo(map);
    }

    // Everything is drawn anew about the same place, wherever that place now lies in the pixels.
    function change(key) {
      const [centre, zoom] = [map.getCenter(), map.getZoom()];
      show(key);
      map.setView(centre, map.options.zoomSnap === 1 ? Math.round(zoom) : zoom, { reset: true, animate: false });
      remember(key);
    }

    const first = wanted.find((key) => choices.some((choice) => choice.key === key));
    show(first);
    if (choices.length > 1) control(map, choices, data.words, change).value = first;
  };
})();
