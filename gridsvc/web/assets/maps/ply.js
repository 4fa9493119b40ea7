// All areas of a layer as one path on the canvas: thousands of paths of their own would be projected,
// clipped and drawn one by one.
"use strict";

(function () {
  const WORLD = 256; // as in shapes.js
  const SEEN = 0.6; // pixels: a vertex nearer than that to the last one is not drawn
  const TINY = 1.5; // pixels
  const AIRY = 20; // times as wide as its border is an area whose colour is well seen
  const TOGETHER = 100; // areas in one path: the canvas is slow with a few and with all of them

  // What of the world is on the canvas, and how pixels of the world become pixels of the map.
  function windowOf(map, renderer) {
    const scale = Math.pow(2, map.getZoom());
    const origin = map.getPixelOrigin();
    const [low, high] = [renderer._bounds.min, renderer._bounds.max];
    return {
      scale: scale,
      left: origin.x,
      top: origin.y,
      shows: ([west, north, east, south]) =>
        east * scale - origin.x >= low.x &&
        west * scale - origin.x <= high.x &&
        south * scale - origin.y >= low.y &&
        north * scale - origin.y <= high.y,
    };
  }

  // An area that is smaller than a pixel or so is a dot: its ring would leave nothing.
  function dot(context, [west, north, east, south], view) {
    const [wide, high] = [(east - west) * view.scale, (south - north) * view.scale];
    if (wide > TINY || high > TINY) return false;
    const [x, y] = [west * view.scale - view.left, north * view.scale - view.top];
    context.rect(x, y, Math.max(wide, 1), Math.max(high, 1));
    return true;
  }

  function trace(context, ring, view) {
    let [lastX, lastY] = [Infinity, Infinity];
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i] * view.scale - view.left;
      const y = ring[i + 1] * view.scale - view.top;
      if (i && Math.abs(x - lastX) < SEEN && Math.abs(y - lastY) < SEEN) continue;
      i ? context.lineTo(x, y) : context.moveTo(x, y);
      [lastX, lastY] = [x, y];
    }
    context.closePath();
  }

  // Of small areas the borders would leave nothing of the colour: they are as thin as can be.
  function weightOf(areas, look, view) {
    if (!look.fill || !areas.length) return look.weight;
    const sides = areas.reduce((sum, { frame }) => sum + frame[2] - frame[0], 0);
    return Math.min(look.weight, ((sides / areas.length) * view.scale) / AIRY);
  }

  function stroke(context, look, weight) {
    context.setLineDash(look.dashArray ? look.dashArray.split(" ").map(Number) : []);
    context.globalAlpha = 1;
    context.lineWidth = weight;
    context.strokeStyle = look.color;
    context.lineJoin = "round";
    context.stroke();
  }

  // Fills and outlines areas that look alike; `view` says how pixels of the world become pixels.
  gridmaps.fill = function (context, areas, look, view) {
    for (let first = 0; first < areas.length; first += TOGETHER) {
      context.beginPath();
      const some = areas.slice(first, first + TOGETHER);
      for (const area of some) {
        if (dot(context, area.frame, view)) continue;
        for (const ring of area.lines) trace(context, ring, view);
      }
      if (look.fill) {
        context.globalAlpha = look.fillOpacity;
        context.fillStyle = look.fillColor;
        context.fill(); // holes run the other way round: areas that overlap do not cancel out
      }
      stroke(context, look, weightOf(some, look, view));
    }
  };

  // Leaflet's canvas asks its paths to draw themselves, in their order.
  gridmaps.Ply = L.Path.extend({
    options: { interactive: false },

    initialize: function (areas, options) {
      L.setOptions(this, options);
      this._areas = areas;
      this._look = () => this.options;
    },

    // `look(row)` gives the options of an area; equal ones are to be the same object.
    dress: function (look) {
      this._look = look;
      this.redraw();
    },

    _project: function () {},

    _update: function () {
      if (this._map) this._updatePath();
    },

    _updatePath: function () {
      if (!this._renderer._drawing) return;
      const context = this._renderer._ctx;
      const view = windowOf(this._map, this._renderer);
      const alike = new Map();
      for (const area of this._areas) {
        const outline = gridmaps.outline(this._map, area);
        if (!area.lines.length || !view.shows(outline.frame)) continue;
        const look = this._look(area.row);
        alike.has(look) ? alike.get(look).push(outline) : alike.set(look, [outline]);
      }
      context.save();
      for (const [look, areas] of alike) gridmaps.fill(context, areas, look, view);
      context.restore();
    },
  });
})();
