/* The planner's forms: each names a call of the API, and its fields are the body. */
"use strict";

const desk = document.querySelector("main.desk");
const alarm = desk.querySelector("[role=alert]");

function body(form) {
  const fields = new FormData(form);
  const found = {};
  for (const [name, value] of fields) {
    if (name === "findings") found.findings = fields.getAll("findings");
    else if (name === "of") Object.assign(found, kind(value));
    else if (name === "at") { if (value) found.at = new Date(value).toISOString(); }
    else found[name] = /^(release|months)$/.test(name) ? Number(value) : value;
  }
  return found;
}

function kind(value) {
  const [first, ...rest] = value.split(":");
  return first === "layer" ? { kind: "layer", layer: rest.join(":") } : { kind: first };
}

function headers() {
  const found = { "Accept": "application/json", "Content-Type": "application/json", "X-CSRF-Token": desk.dataset.csrf };
  if (desk.dataset.version) found["If-Match"] = `"${desk.dataset.version}"`;
  return found;
}

async function send(form) {
  const [method, path] = form.dataset.call.split(" ");
  const content = method === "DELETE" ? undefined : JSON.stringify(body(form));
  const answer = await fetch(path, { method, headers: headers(), body: content });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  if (form.dataset.then) location.assign(form.dataset.then + said.id);
  else location.reload();
}

desk.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  alarm.hidden = true;
  send(event.target).catch((error) => {
    alarm.textContent = error.message;
    alarm.hidden = false;
    alarm.scrollIntoView({ block: "center" });
    button.disabled = false;
  });
});
