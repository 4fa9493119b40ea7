// The marks of cases on the map: one canvas, however many; a ring shows for a moment what changed.
"use strict";

(function () {
  const RINGS = 20;
  const RING_LASTS = 4_000;
  const LARGE = matchMedia("(min-width: 2400px)").matches ? 2 : 1; // on a wall
  // Told apart without colours, too: by size and rim.
  const LOOKS = {
    late: { radius: 7, color: "#7a1a00", fillColor: "#d55e00", weight: 2 },
    waiting: { radius: 6, color: "#5c3d00", fillColor: "#f0e442", weight: 2 },
    open: { radius: 5, color: "#ffffff", fillColor: "#0072b2", weight: 1 },
  };

  gridmaps.marks = function (map, waiting, describe) {
    for (const name of ["cases", "rings"]) map.createPane(name);
    map.getPane("cases").style.zIndex = 435;
    map.getPane("rings").style.zIndex = 436;
    map.getPane("rings").style.pointerEvents = "none";
    const renderer = L.canvas({ pane: "cases", padding: 0.3 });
    const drawn = new Map();
    const rings = new Set();

    function look(one) {
      if (one.late) return LOOKS.late;
      return waiting.includes(one.status) ? LOOKS.waiting : LOOKS.open;
    }

    function put(one) {
      const wanted = look(one);
      const size = { radius: LARGE * wanted.radius, weight: LARGE * wanted.weight };
      const style = { ...wanted, ...size, renderer, pane: "cases", fillOpacity: 0.9 };
      const mark = L.circleMarker([one.lat, one.lon], style).addTo(map);
      mark.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        L.popup({ className: "inspect" })
          .setLatLng(mark.getLatLng())
          .setContent(describe(one))
          .openOn(map);
      });
      drawn.set(one.id, { mark, turn: one.turn, late: one.late });
    }

    function ring(one) {
      if (one.lon === null || rings.size >= RINGS || !drawn.has(one.id)) return;
      const icon = L.divIcon({ className: one.late ? "ring late" : "ring", iconSize: [28, 28] });
      const mark = L.marker([one.lat, one.lon], { icon, pane: "rings", interactive: false });
      rings.add(mark.addTo(map));
      setTimeout(() => rings.delete(mark.remove()), RING_LASTS);
    }

    // Draws exactly these: what is as it was stays, so that a change costs what it changes.
    function show(cases) {
      const wanted = new Map(cases.filter((one) => one.open && one.lon !== null).map((one) => [one.id, one]));
      for (const [id, { mark, turn, late }] of drawn) {
        const one = wanted.get(id);
        if (one && one.turn === turn && one.late === late) continue;
        mark.remove();
        drawn.delete(id);
      }
      for (const one of wanted.values()) if (!drawn.has(one.id)) put(one);
    }

    return { show, ring };
  };
})();
