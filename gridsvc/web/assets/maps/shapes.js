// Unpacks the areas of a page (maps/shapes.py: pack) and tells which of them lie at a point.
"use strict";

var gridmaps = {};

(function () {
  function unpackRing(steps, unit, west, south) {
    const ring = [];
    let east = 0;
    let north = 0;
    for (let i = 0; i < steps.length; i += 2) {
      east += steps[i];
      north += steps[i + 1];
      ring.push([south + north * unit, west + east * unit]);
    }
    return ring;
  }

  // One area: its rings as [lat, lon], the box around it, the spot for its label, and how large a
  // circle around that spot fits in (metres).
  function unpackArea(set, row, west, south) {
    const rings = set.rings[row].map((steps) => unpackRing(steps, set.unit, west, south));
    const spot = set.spots[row];
    return {
      set: set,
      row: row,
      name: set.names[row],
      rings: rings,
      spot: spot && L.latLng(south + spot[1] * set.unit, west + spot[0] * set.unit),
      box: rings.length ? L.latLngBounds(rings.flat()) : null,
      radius: spot ? spot[2] : 0,
    };
  }

  gridmaps.unpack = function (set, bounds) {
    return set.names.map((_, row) => unpackArea(set, row, bounds[0], bounds[1]));
  };

  function crosses(ring, lat, lng) {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [latI, lngI] = ring[i];
      const [latJ, lngJ] = ring[j];
      if (latI > lat !== latJ > lat && lng < ((lngJ - lngI) * (lat - latI)) / (latJ - latI) + lngI) {
        odd = !odd;
      }
    }
    return odd;
  }

  // By the even-odd rule over all rings, so that holes and parts need no care.
  gridmaps.covers = function (area, at) {
    if (!area.box || !area.box.contains(at)) return false;
    return area.rings.reduce((odd, ring) => odd !== crosses(ring, at.lat, at.lng), false);
  };

  gridmaps.pixels = function (map, metres, at) {
    const metresPerPixel =
      (40075016.686 * Math.cos((at.lat * Math.PI) / 180)) / Math.pow(2, map.getZoom() + 8);
    return metres / metresPerPixel;
  };
})();
