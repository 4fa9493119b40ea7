// GCJ-02, in which commercial maps of China are drawn: the formula of geodata/crs.py, both ways, and
// a coordinate system for Leaflet that shifts what it shows. Every position that a script gives to
// the map or reads from it stays in WGS 84; only the pixels lie where such a map's tiles have them.
"use strict";

(function () {
  const SEMI_MAJOR = 6378245.0;
  const ECCENTRICITY2 = 0.00669342162296594323;
  const ROUNDS = 6; // each leaves less than a fiftieth of the error

  function inside(lon, lat) {
    return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
  }

  function waves(along, far, farther) {
    const { sin, PI } = Math;
    const p = PI * along;
    return 20 * sin(p) + 40 * sin(p / 3) + far * sin(p / 12) + farther * sin(p / 30);
  }

  function shifted(lon, lat) {
    const { sin, cos, sqrt, abs, PI } = Math;
    const x = lon - 105;
    const y = lat - 35;
    const root = sqrt(abs(x));
    const ripple = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
    const wavesX = ripple + waves(x, 150, 300);
    const wavesY = ripple + waves(y, 160, 320);
    const east = 300 + x + 2 * y + 0.1 * x * (x + y) + 0.1 * root + (wavesX * 2) / 3;
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (wavesY * 2) / 3;
    const phi = (lat * PI) / 180;
    const flattening = 1 - ECCENTRICITY2 * sin(phi) * sin(phi);
    const normal = SEMI_MAJOR / sqrt(flattening);
    const meridional = (normal * (1 - ECCENTRICITY2)) / flattening;
    return [lon + (east * 180) / (normal * cos(phi) * PI), lat + (north * 180) / (meridional * PI)];
  }

  // Longitude first, as everywhere outside of Leaflet.
  gridmaps.toGcj02 = function (lon, lat) {
    return inside(lon, lat) ? shifted(lon, lat) : [lon, lat];
  };

  gridmaps.fromGcj02 = function (lon, lat) {
    if (!inside(lon, lat)) return [lon, lat];
    let [fromLon, fromLat] = [lon, lat];
    for (let round = 0; round < ROUNDS; round++) {
      const [toLon, toLat] = shifted(fromLon, fromLat);
      [fromLon, fromLat] = [fromLon + (lon - toLon), fromLat + (lat - toLat)];
    }
    return [fromLon, fromLat];
  };

  const mercator = L.Projection.SphericalMercator;
  const projection = {
    bounds: mercator.bounds,
    project(latlng) {
      const [lon, lat] = gridmaps.toGcj02(latlng.lng, latlng.lat);
      return mercator.project(L.latLng(lat, lon));
    },
    unproject(point) {
      const at = mercator.unproject(point);
      const [lon, lat] = gridmaps.fromGcj02(at.lng, at.lat);
      return L.latLng(lat, lon);
    },
  };
  const shiftedCrs = L.extend({}, L.CRS.EPSG3857, { code: "GCJ-02", projection: projection });

  // What a map is drawn in for its tiles to fit under everything else.
  gridmaps.crsOf = (basemap) => (basemap && basemap.shifted ? shiftedCrs : L.CRS.EPSG3857);

  gridmaps.isShifted = (map) => map.options.crs === shiftedCrs;

  // Moves a ring, in pixels of the world, from the one system to the other.
  gridmaps.between = function (ring, fromShifted, toShifted) {
    if (fromShifted === toShifted) return ring;
    const move = toShifted ? gridmaps.toGcj02 : gridmaps.fromGcj02;
    const moved = new Float64Array(ring.length);
    gridmaps.latLngs(ring).forEach(([lat, lng], corner) => {
      const [lon, movedLat] = move(lng, lat);
      const at = gridmaps.project(movedLat, lon);
      moved[2 * corner] = at.x;
      moved[2 * corner + 1] = at.y;
    });
    return moved;
  };

  // The rings of an area and their frame, in pixels of the world as the map now draws it.
  gridmaps.outline = function (map, area) {
    if (!gridmaps.isShifted(map)) return area;
    if (!area.shifted) {
      const lines = area.lines.map((ring) => gridmaps.between(ring, false, true));
      area.shifted = { lines: lines, frame: gridmaps.frameOf(lines) };
    }
    return area.shifted;
  };
})();
