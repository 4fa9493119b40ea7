// Paints the features of vector tiles on the canvas of a cell, and tells how near a place is to one.
// A look is { fill, opacity, stroke, width, dash, radius, text, ink, halo, above }; null draws nothing.

const [POINT, LINE, POLYGON] = [1, 2, 3];

function trace(context, ring, view) {
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i] * view.scale - view.left;
    const y = ring[i + 1] * view.scale - view.top;
    i ? context.lineTo(x, y) : context.moveTo(x, y);
  }
}

function stroke(context, look) {
  if (!look.stroke) return;
  context.strokeStyle = look.stroke;
  context.lineWidth = look.width || 1;
  context.setLineDash(look.dash || []);
  context.stroke();
}

function fill(context, look) {
  if (!look.fill) return;
  context.globalAlpha = look.opacity ?? 1;
  context.fillStyle = look.fill;
  context.fill("evenodd");
  context.globalAlpha = 1;
}

function shape(context, feature, look, view) {
  context.beginPath();
  for (const ring of feature.lines) {
    trace(context, ring, view);
    if (feature.type === POLYGON) context.closePath();
  }
  if (feature.type === POLYGON) fill(context, look);
  stroke(context, look);
}

function within(view, x, y, reach) {
  const low = reach - view.margin;
  const high = view.size + view.margin - reach;
  return x >= low && x <= high && y >= low && y <= high;
}

function write(context, look, x, y) {
  context.font = `${look.bold ? "600 " : ""}12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.setLineDash([]);
  if (look.halo) {
    context.lineWidth = 3;
    context.strokeStyle = look.halo;
    context.strokeText(look.text, x, y);
  }
  context.fillStyle = look.ink;
  context.fillText(look.text, x, y);
}

function dot(context, feature, look, view) {
  const x = feature.lines[0][0] * view.scale - view.left;
  const y = feature.lines[0][1] * view.scale - view.top;
  if (look.radius) {
    context.beginPath();
    context.arc(x, y, look.radius, 0, 2 * Math.PI);
    fill(context, look);
    stroke(context, look);
  }
  if (!look.text) return;
  // A name that would be cut at the canvas's edge is left out.
  if (look.radius || within(view, x, y, context.measureText(look.text).width / 2)) {
    write(context, look, x, y);
  }
}

function prepared(canvas, view) {
  const size = view.size + 2 * view.margin;
  const sharp = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * sharp;
  canvas.style.width = canvas.style.height = `${size}px`;
  const context = canvas.getContext("2d");
  context.scale(sharp, sharp);
  context.translate(view.margin, view.margin);
  context.lineJoin = context.lineCap = "round";
  return context;
}

// Only what lies in the cell: a dot belongs to one of them, and is drawn whole.
function holds(view, feature) {
  const x = feature.frame[0] * view.scale - view.left;
  const y = feature.frame[1] * view.scale - view.top;
  return x >= 0 && y >= 0 && x < view.size && y < view.size;
}

function crossesCell(view, [west, north, east, south]) {
  const [left, top] = [west * view.scale - view.left, north * view.scale - view.top];
  const [right, bottom] = [east * view.scale - view.left, south * view.scale - view.top];
  return right >= 0 && bottom >= 0 && left <= view.size && top <= view.size;
}

// Tiles overlap by a margin: each shows its own square, and no border of the margin is seen.
function clipped(context, tile, view, draw) {
  context.save();
  context.beginPath();
  context.rect(0, 0, view.size, view.size);
  context.clip();
  context.beginPath();
  trace(context, tile.border, view);
  context.closePath();
  context.clip();
  draw();
  context.restore();
}

// Gives the features that it has drawn: polygons below lines below dots, and among those of a tile
// what is `above` over what is less so.
export function paint(canvas, tiles, view) {
  const context = prepared(canvas, view);
  const drawn = [];
  for (const type of [POLYGON, LINE, POINT]) {
    for (const tile of tiles) {
      const shown = tile.features.filter(
        (each) => each.type === type && (type === POINT ? holds(view, each) : crossesCell(view, each.frame)),
      );
      const dressed = shown.map((each) => [each, view.look(each)]).filter(([, look]) => look);
      dressed.sort(([, one], [, other]) => (one.above || 0) - (other.above || 0));
      const each = type === POINT ? dot : shape;
      const draw = () => dressed.forEach(([feature, look]) => each(context, feature, look, view));
      type === POINT ? draw() : clipped(context, tile, view, draw);
      drawn.push(...dressed.map(([feature]) => feature));
    }
  }
  return drawn;
}

function toSegment(x, y, x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

// How many pixels a feature is away from a place, null for more than `reach`.
export function near(feature, { x, y, scale }, reach) {
  let least = Infinity;
  for (const ring of feature.lines) {
    if (ring.length === 2) least = Math.min(least, Math.hypot(x - ring[0], y - ring[1]));
    for (let i = 2; i < ring.length; i += 2) {
      least = Math.min(least, toSegment(x, y, ring[i - 2], ring[i - 1], ring[i], ring[i + 1]));
    }
  }
  return least * scale <= reach ? least * scale : null;
}
