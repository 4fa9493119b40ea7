/* A table of categories: what it would change is shown first; only that can be put in force. */
"use strict";

const desk = document.querySelector("main.desk");
const form = desk.querySelector("#table");
const faults = desk.querySelector("#faults");
const preview = desk.querySelector("#preview");
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/* What is empty is left out: what is left out stays as it was. */
function fields() {
  const found = new FormData(form);
  for (const [name, text] of [...found]) if (text === "") found.delete(name);
  return found;
}

async function send({ dryRun }) {
  const body = fields();
  const scheme = body.get("scheme");
  body.delete("scheme");
  if (!dryRun) body.set("base", preview.dataset.base);
  const place = `/v1/category-schemes/${encodeURIComponent(scheme)}/versions?dry_run=${dryRun}`;
  const headers = { "Accept": "application/json", "X-CSRF-Token": desk.dataset.csrf };
  const answer = await fetch(place, { method: "POST", headers, body });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.detail), { errors: said.errors ?? [] });
  return said;
}

function list(where, sentences) {
  where.replaceChildren(
    ...sentences.map((one) => Object.assign(document.createElement("li"), { textContent: one[language] })),
  );
  where.hidden = sentences.length === 0;
}

function show(said) {
  const same = said.base > 0 && said.changes.length === 0;
  preview.dataset.base = said.base;
  preview.querySelector(".same").hidden = !same;
  preview.querySelector(".summary").textContent = said.summary[language];
  list(preview.querySelector(".remarks"), said.remarks);
  list(preview.querySelector(".differences"), said.changes);
  const concerns = preview.querySelector(".concerns");
  list(concerns, said.concerns);
  concerns.previousElementSibling.hidden = concerns.hidden;
  preview.hidden = false;
  preview.scrollIntoView({ block: "start" });
}

function tell(error) {
  faults.querySelector("p").textContent = error.message;
  const more = error.errors ?? [];
  list(faults.querySelector("ul"), more.length > 1 ? more : []);
  faults.hidden = false;
  faults.scrollIntoView({ block: "center" });
}

/* The buttons rest while a question is under way. */
async function ask(question) {
  const buttons = desk.querySelectorAll("#table button, #preview button");
  for (const button of buttons) button.disabled = true;
  faults.hidden = true;
  try {
    await question();
  } catch (error) {
    tell(error);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

const forget = () => { preview.hidden = true; };

form.addEventListener("input", forget);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  forget();
  ask(async () => show(await send({ dryRun: true })));
});
desk.querySelector("#cancel").addEventListener("click", forget);
desk.querySelector("#confirm").addEventListener("click", () => ask(async () => {
  const said = await send({ dryRun: false });
  location.assign(`/categories/${encodeURIComponent(said.scheme)}/${said.version}`);
}));
