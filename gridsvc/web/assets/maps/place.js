// Where the map is and which area is open, as the address says them: `at=36.60442,115.89348,14.25`
// (lat, lon, zoom) and `area=areas:grid/379902001001001`.
"use strict";

(function () {
  const HIGHEST = [85, 180, 22];

  function read() {
    const numbers = (gridmaps.state.get("at") || "").split(",").map((part) => parseFloat(part));
    const sound = (number, index) => Math.abs(number) <= HIGHEST[index];
    return numbers.length === 3 && numbers.every(sound) ? numbers : null;
  }

  function write(map) {
    const { lat, lng } = map.getCenter();
    gridmaps.state.set("at", `${lat.toFixed(5)},${lng.toFixed(5)},${+map.getZoom().toFixed(2)}`);
  }

  // Takes the map to where the address says, and says whether it did; from then on the address
  // follows the map.
  gridmaps.place = function (map) {
    const found = read();
    if (found) map.setView(found.slice(0, 2), found[2], { animate: false });
    map.on("moveend", () => write(map));
    document.addEventListener("gridmaps:share", () => write(map));
    return found !== null;
  };

  // An area's code where it has one, since another release has other rows.
  function codeOf(area, heading) {
    const codes = area.set.facts.find(([title]) => title === heading);
    return codes ? codes[1][area.row] : String(area.row);
  }

  gridmaps.areaKey = function (area, heading) {
    return `${area.set.key}/${codeOf(area, heading)}`;
  };

  gridmaps.areaOf = function (key, find, heading) {
    if (!key) return null;
    return find(key.slice(0, key.lastIndexOf("/")), (area) => gridmaps.areaKey(area, heading) === key);
  };
})();
