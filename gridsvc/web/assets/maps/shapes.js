// Reads the areas of a page (maps/shapes.py: pack), those that stand in it and those that it refers
// to, and tells which of them lie at a point.
"use strict";

var gridmaps = {};

(function () {
  const WORLD = 256; // pixels around the world at zoom 0, in which rings are kept

  function project(lat, lng) {
    const y = 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
    return { x: WORLD * (lng / 360 + 0.5), y: WORLD * y };
  }

  // A ring as [x, y, x, y, ...].
  function projectRing(steps, set) {
    const [west, south] = set.corner;
    const ring = new Float64Array(steps.length);
    let east = 0;
    let north = 0;
    for (let i = 0; i < steps.length; i += 2) {
      east += steps[i];
      north += steps[i + 1];
      const at = project(south + north * set.unit, west + east * set.unit);
      ring[i] = at.x;
      ring[i + 1] = at.y;
    }
    return ring;
  }

  function frameOf(rings) {
    const frame = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        if (ring[i] < frame[0]) frame[0] = ring[i];
        if (ring[i] > frame[2]) frame[2] = ring[i];
        if (ring[i + 1] < frame[1]) frame[1] = ring[i + 1];
        if (ring[i + 1] > frame[3]) frame[3] = ring[i + 1];
      }
    }
    return frame;
  }

  function latLngs(ring) {
    const found = [];
    for (let i = 0; i < ring.length; i += 2) {
      const north = Math.PI * (1 - (2 * ring[i + 1]) / WORLD);
      const lat = (Math.atan(Math.sinh(north)) * 180) / Math.PI;
      found.push([lat, (ring[i] / WORLD - 0.5) * 360]);
    }
    return found;
  }

  Object.assign(gridmaps, { project, frameOf, latLngs });

  // One area: its rings and the frame around them, in pixels of the world at zoom 0; the spot for
  // its label, and how large a circle around that spot fits in (metres).
  class Area {
    constructor(set, row) {
      const [west, south] = set.corner;
      const spot = set.spots[row];
      this.set = set;
      this.row = row;
      this.name = set.names[row];
      this.lines = set.rings[row].map((steps) => projectRing(steps, set));
      this.frame = frameOf(this.lines);
      this.spot = spot && L.latLng(south + spot[1] * set.unit, west + spot[0] * set.unit);
      this.radius = spot ? spot[2] : 0;
    }

    // The rings as Leaflet takes them.
    get rings() {
      return this.lines.map(latLngs);
    }

    get box() {
      return this.lines.length ? L.latLngBounds(this.rings.flat()) : null;
    }
  }

  gridmaps.unpack = (set) => set.names.map((_, row) => new Area(set, row));

  async function read(set) {
    if (!set.source) return set;
    const answer = await fetch(set.source);
    if (!answer.ok) throw new Error(`${answer.status} ${set.source}`);
    const found = await answer.json();
    return { ...found, ...set, facts: [...found.facts, ...set.facts] };
  }

  // Gives a function that reads a set's areas by its key, each set once.
  gridmaps.reader = function (sets) {
    const found = new Map();
    return (key) => {
      const unpack = (set) => gridmaps.unpack({ key: key, ...set });
      if (!found.has(key)) found.set(key, read(sets[key]).then(unpack));
      return found.get(key);
    };
  };

  function crosses(ring, x, y) {
    let odd = false;
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if (
        ring[i + 1] > y !== ring[j + 1] > y &&
        x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]
      ) {
        odd = !odd;
      }
    }
    return odd;
  }

  // By the even-odd rule over all rings, so that holes and parts need no care.
  gridmaps.covers = function (area, at) {
    const { x, y } = project(at.lat, at.lng);
    const [west, north, east, south] = area.frame;
    if (x < west || x > east || y < north || y > south) return false;
    return area.lines.reduce((odd, ring) => odd !== crosses(ring, x, y), false);
  };

  gridmaps.pixels = function (map, metres, at) {
    const metresPerPixel =
      (40075016.686 * Math.cos((at.lat * Math.PI) / 180)) / Math.pow(2, map.getZoom() + 8);
    return metres / metresPerPixel;
  };
})();
