/* The planner's forms: each names a call of the API, and its fields are the body. */
"use strict";

const desk = document.querySelector("main.desk");
const alarm = desk.querySelector("[role=alert]");
const LOOK_AGAIN_MS = 2000;

/* How a field's text is read, by its data-as. */
const READ = {
  all: (text) => [text],
  json: JSON.parse,
  kind: String,
  list: (text) => text.split(/[\s,;|，；、]+/).filter(Boolean),
  number: Number,
};

function value(field) {
  try {
    return (READ[field.dataset.as] ?? String)(field.value);
  } catch {
    throw new Error(field.dataset.wrong);
  }
}

/* A field that is empty or not ticked is left out: what is left out stays as it is. */
function body(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || !field.value || (field.type === "checkbox" && !field.checked)) continue;
    if (field.dataset.as === "kind") Object.assign(found, kind(field.value));
    else put(found, field.name.split("."), value(field));
  }
  return found;
}

function kind(text) {
  const [first, ...rest] = text.split(":");
  return first === "layer" ? { kind: "layer", layer: rest.join(":") } : { kind: first };
}

/* Puts a value where its name leads: "into.0.code" is the code of the first of `into`. */
function put(where, [name, ...rest], what) {
  if (rest.length) put((where[name] ??= /^\d+$/.test(rest[0]) ? [] : {}), rest, what);
  else if (Array.isArray(where[name])) where[name].push(...what);
  else where[name] = what;
}

/* Of a list of which some were not ticked, what is left. */
const dense = (_, it) => (Array.isArray(it) ? it.filter(() => true) : it);

function file(form) {
  const fields = new FormData(form);
  for (const [name, text] of [...fields]) if (text === "") fields.delete(name);
  return fields;
}

function request(form, method) {
  const headers = { "Accept": "application/json", "X-CSRF-Token": desk.dataset.csrf };
  if (desk.dataset.version) headers["If-Match"] = `"${desk.dataset.version}"`;
  if (method === "DELETE") return { method, headers };
  if (form.enctype === "multipart/form-data") return { method, headers, body: file(form) };
  headers["Content-Type"] = "application/json";
  return { method, headers, body: JSON.stringify(body(form), dense) };
}

async function send(form) {
  const [method, path] = form.dataset.call.split(" ");
  const answer = await fetch(path, request(form, method));
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  if (form.dataset.then) location.assign(form.dataset.then.replace("{id}", said.id));
  else location.reload();
}

function tell(error) {
  alarm.textContent = error.message;
  alarm.hidden = false;
  alarm.scrollIntoView({ block: "center" });
}

desk.addEventListener("submit", (event) => {
  if (!event.target.dataset.call) return;
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  alarm.hidden = true;
  send(event.target).catch((error) => {
    tell(error);
    button.disabled = false;
  });
});

/* A run under way is looked at again and again; when it has ended, so is the page. */
async function follow(run) {
  const answer = await fetch(run.dataset.live, { headers: { "Accept": "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const found = await answer.json();
  if (!["waiting", "running"].includes(found.state)) {
    location.reload();
    return;
  }
  const bar = run.querySelector("progress");
  if (found.total) Object.assign(bar, { max: found.total, value: found.seen });
  run.querySelector(".seen").textContent =
    `${found.seen.toLocaleString("en")} / ${found.total.toLocaleString("en")}`;
  setTimeout(watch, LOOK_AGAIN_MS, run);
}

/* Without a connection, or an answer to the question, the next look may have one. */
const watch = (run) => follow(run).catch(() => setTimeout(watch, LOOK_AGAIN_MS, run));

for (const run of desk.querySelectorAll("[data-live]")) setTimeout(watch, LOOK_AGAIN_MS, run);
