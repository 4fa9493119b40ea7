// How features of vector tiles look: cases, components, and the ground of a base map. In the colours
// of the light theme; the whole layer is turned dark with the page.

const [POINT, LINE, POLYGON] = [1, 2, 3];
const [ALARM, BUSY, DONE, QUIET] = ["#b3261e", "#0b5c8a", "#66727d", "#3f6f5f"];
const PAPER = "#ffffff";

const number = new Intl.NumberFormat(document.documentElement.lang, {
  notation: "compact",
  maximumFractionDigits: 1,
});

function cluster(count) {
  const radius = Math.min(10 + 4 * Math.log10(count), 28);
  const text = number.format(count);
  return { radius, fill: QUIET, opacity: 0.92, stroke: PAPER, width: 1.5, text, ink: PAPER, bold: true };
}

// What is over stands behind what is not: without a number, which its tooltip tells.
const over = (count) => ({ radius: 4 + 2.5 * Math.log10(count), fill: DONE, opacity: 0.55 });

// What is overdue is told by a rim and a mark too, for who does not see red.
const late = { fill: ALARM, stroke: "#000000", above: 2 };
const busy = { fill: BUSY, stroke: PAPER, width: 2, above: 1 };

export const cases = (isOpen) => (feature) => {
  const { count, open, overdue, status } = feature.properties;
  if (count && overdue) return { ...cluster(count), ...late, width: 2.5 };
  if (count) return open ? { ...cluster(count), ...busy } : over(count);
  if (overdue) return { radius: 9, ...late, width: 2, text: "!", ink: PAPER, bold: true };
  if (isOpen(status)) return { radius: 7, ...busy };
  return { radius: 4.5, fill: PAPER, opacity: 0.9, stroke: DONE, width: 2 };
};

const STATES = { intact: QUIET, damaged: "#8a5a00", missing: ALARM, abandoned: DONE };

export const components = (feature) => {
  const { count, state } = feature.properties;
  if (count) return cluster(count);
  const colour = STATES[state] || DONE;
  if (feature.type === LINE) return { stroke: colour, width: 3 };
  if (feature.type === POLYGON) return { fill: colour, opacity: 0.3, stroke: colour, width: 1.5 };
  return { radius: 4.5, fill: colour, stroke: PAPER, width: 1.5 };
};

// Every maker of tiles names the layers in a way of their own; these words are in most of them.
const GROUND = [
  [/water|ocean|sea|lake|river/i, { fill: "#cfe0ea", stroke: "#b4cedd" }],
  [/park|green|wood|forest|grass|landcover|nature/i, { fill: "#dfeadb" }],
  [/build/i, { fill: "#e3e0da", stroke: "#d2cec6" }],
  [/bound|admin/i, { stroke: "#a9a0b4", dash: [5, 4] }],
  [/rail/i, { stroke: "#b9b9b9", width: 2, dash: [6, 4] }],
  [/road|street|transport|highway/i, { stroke: "#cbc4b6", width: 2 }],
  [/land|earth|use/i, { fill: "#f4f2ee" }],
];
const ELSE = { fill: "#eeece8", stroke: "#d9d6d0" };

function ofLayer(name) {
  const known = GROUND.find(([words]) => words.test(name));
  return known ? known[1] : ELSE;
}

export const ground = (feature) => {
  const { properties, type, layer } = feature;
  if (type === POINT) {
    const name = properties["name:zh"] || properties.name;
    return name ? { text: String(name), ink: "#4a5560", halo: "#f7f6f3" } : null;
  }
  const { fill, ...look } = ofLayer(layer);
  if (type === LINE) return { stroke: fill || "#d9d6d0", ...look };
  return { fill, ...look };
};
