// Vector tiles drawn on Leaflet's grid, a canvas for each cell. A module, and with it the packages
// that decode: a page reads them when vector tiles are first to be seen.
//
// Tiles lie in WGS 84 or in GCJ-02, and so does the map, perhaps in the other: a cell draws whatever
// tiles reach into it, corner by corner where the map has them.

import { VectorTile } from "../vendor/@mapbox/vector-tile/index.js";
import { PbfReader } from "../vendor/pbf/index.js";
import { near, paint } from "./canvas.js";

const WORLD = 256; // pixels around the world at zoom 0, as in shapes.js
const MARGIN = 36; // pixels around a cell, so that no dot is cut at its edge
const KEPT = 300; // tiles
const POINT = 1;

function remember(tiles, address, found) {
  if (tiles.size >= KEPT) tiles.delete(tiles.keys().next().value);
  tiles.set(address, found);
  found.catch(() => tiles.delete(address));
  return found;
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
}

// The rings of a feature as [x, y, x, y, ...], in pixels of the world at zoom 0.
function rings(feature, [z, x, y]) {
  const unit = WORLD / Math.pow(2, z) / feature.extent;
  return feature.loadGeometry().map((line) => {
    const ring = new Float64Array(2 * line.length);
    line.forEach((corner, place) => {
      ring[2 * place] = (x * feature.extent + corner.x) * unit;
      ring[2 * place + 1] = (y * feature.extent + corner.y) * unit;
    });
    return ring;
  });
}

function* features(tile, at, move) {
  for (const [name, layer] of Object.entries(tile.layers)) {
    for (let row = 0; row < layer.length; row++) {
      const feature = layer.feature(row);
      const told = { layer: name, type: feature.type, properties: feature.properties };
      const found = rings(feature, at);
      // Of several points each is one.
      const parts = feature.type === POINT ? found.map((ring) => [ring]) : [found];
      for (const part of parts) {
        if (feature.type === POINT && !inside(part[0], at)) continue;
        const lines = part.map(move);
        yield { ...told, lines: lines, frame: gridmaps.frameOf(lines) };
      }
    }
  }
}

// A point in a tile's margin is its neighbour's.
function inside(ring, [z, x, y]) {
  const size = WORLD / Math.pow(2, z);
  return Math.floor(ring[0] / size) === x && Math.floor(ring[1] / size) === y;
}

function square([z, x, y]) {
  const size = WORLD / Math.pow(2, z);
  const [left, top, right, bottom] = [x * size, y * size, (x + 1) * size, (y + 1) * size];
  return new Float64Array([left, top, right, top, right, bottom, left, bottom]);
}

const Cells = L.GridLayer.extend({
  // `source`: { address(z, x, y), zooms, shifted }; `look(feature, zoom)` as canvas.js takes it.
  initialize: function (source, look, options) {
    L.GridLayer.prototype.initialize.call(this, { maxZoom: 20, ...options });
    this._source = source;
    this._look = look;
    this._known = new Map();
    this._cells = new Map();
    this.on("tileunload", (event) => this._cells.delete(event.tile));
  },

  createTile: function (coords, done) {
    const cell = document.createElement("div");
    const canvas = document.createElement("canvas");
    Object.assign(canvas.style, { position: "absolute", left: `-${MARGIN}px`, top: `-${MARGIN}px` });
    cell.append(canvas);
    this._cells.set(cell, { coords: coords, canvas: canvas, found: [] });
    this._fill(cell).then(() => done(null, cell), (error) => done(error, cell));
    return cell;
  },

  // Reads the tiles anew from where they now are; what is drawn stays until they have come.
  renew: function (source) {
    this._source = source;
    return Promise.all([...this._cells.keys()].map((cell) => this._fill(cell)));
  },

  // What is drawn at a place, the nearest of the dots first.
  hits: function (at, reach) {
    const scale = Math.pow(2, this._map.getZoom());
    const { x, y } = this._map.project(at);
    const point = { x: x / scale, y: y / scale, scale: scale };
    return this._found()
      .map((feature) => [near(feature, point, reach), feature])
      .filter(([away]) => away !== null)
      .sort(([one], [other]) => one - other)
      .map(([, feature]) => feature);
  },

  // The dots in the part of the map that is seen.
  visible: function () {
    const bounds = this._map.getPixelBounds();
    const scale = Math.pow(2, this._map.getZoom());
    return this._found()
      .filter((feature) => feature.type === POINT)
      .filter((feature) => bounds.contains([feature.frame[0] * scale, feature.frame[1] * scale]));
  },

  // While the map zooms, cells of before are still there.
  _found: function () {
    const cells = [...this._cells.values()].filter((cell) => cell.coords.z === this._tileZoom);
    return cells.flatMap((cell) => cell.found);
  },

  // Which tiles reach into a cell: itself or what it is a part of, or the up to four that lie
  // under it after the shift.
  _under: function (coords) {
    const z = Math.min(coords.z, this._source.zooms[1]);
    if (z < this._source.zooms[0]) return [];
    const side = Math.pow(2, z);
    const size = WORLD / side;
    const corners = this._back(square([coords.z, coords.x, coords.y]));
    const [west, north, east, south] = gridmaps.frameOf([corners]);
    const found = [];
    for (let x = Math.floor(west / size); x < east / size; x++) {
      for (let y = Math.max(Math.floor(north / size), 0); y < Math.min(south / size, side); y++) {
        found.push([z, ((x % side) + side) % side, y]);
      }
    }
    return found;
  },

  // From the map's system to that of the tiles, and the other way round.
  _back: function (ring) {
    return gridmaps.between(ring, gridmaps.isShifted(this._map), this._source.shifted);
  },

  _there: function (ring) {
    return gridmaps.between(ring, this._source.shifted, gridmaps.isShifted(this._map));
  },

  _read: function (at) {
    const address = this._source.address(...at);
    const key = `${address} ${gridmaps.isShifted(this._map)}`;
    if (this._known.has(key)) return this._known.get(key);
    const move = (ring) => this._there(ring);
    const found = fetched(address).then((tile) => ({
      border: move(square(at)),
      features: [...features(tile, at, move)],
    }));
    return remember(this._known, key, found);
  },

  _fill: async function (element) {
    const cell = this._cells.get(element);
    cell.tiles = await Promise.all(this._under(cell.coords).map((at) => this._read(at)));
    this._draw(cell);
    this.fire("drawn");
  },

  _draw: function (cell) {
    const size = this.getTileSize().x;
    const scale = Math.pow(2, cell.coords.z);
    const view = {
      scale: scale,
      left: cell.coords.x * size,
      top: cell.coords.y * size,
      size: size,
      margin: MARGIN,
      look: (feature) => this._look(feature, cell.coords.z),
    };
    cell.found = paint(cell.canvas, cell.tiles || [], view);
  },
});

export const vectorTiles = (source, look, options) => new Cells(source, look, options);
