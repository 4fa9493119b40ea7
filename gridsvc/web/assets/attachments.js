/* Adds files to an incident by resumable upload (tus 1.0.0): a broken line is gone on with. */
"use strict";

const desk = document.querySelector("main.desk");
const form = desk.querySelector(".adding");
const PIECE = 1 << 20;
const TRIES = 8;
const WAIT_MS = 1000;
const LOOKS = 30;

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* What the service refuses is final; what the line did not carry is tried again. */
class Refused extends Error {}

async function call(method, path, headers = {}, body = undefined) {
  const answer = await fetch(path, {
    method,
    body,
    headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": desk.dataset.csrf, ...headers },
  });
  if (answer.ok) return answer;
  const passing = answer.status >= 500 || (method === "PATCH" && answer.status === 409);
  if (passing) throw new Error(String(answer.status));
  throw new Refused((await answer.json()).detail);
}

/* A UUID of version 7, so that a call that is sent again begins no second upload. */
function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint32(0, Math.floor(Date.now() / 65536));
  new DataView(bytes.buffer).setUint16(4, Date.now() % 65536);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((it) => it.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function patiently(work) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused || tried === TRIES) throw error;
      await pause(WAIT_MS * tried);
    }
  }
}

async function send(file) {
  const said = { incident: form.dataset.incident, id: identifier(), filename: file.name };
  const metadata = Object.entries(said).map(([name, text]) => `${name} ${encoded(text)}`).join(",");
  const begin = { "Upload-Length": String(file.size), "Upload-Metadata": metadata };
  const path = await patiently(async () =>
    (await call("POST", "/v1/uploads", begin)).headers.get("Location"));
  await patiently(() => goOn(path, file));
  await patiently(() => taken(path));
}

async function goOn(path, file) {
  let offset = Number((await call("HEAD", path)).headers.get("Upload-Offset"));
  while (offset < file.size) {
    tell(file.name, offset / file.size);
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
    };
    const answer = await call("PATCH", path, headers, file.slice(offset, offset + PIECE));
    offset = Number(answer.headers.get("Upload-Offset"));
  }
}

const read = async (path) => (await call("GET", path, { "Accept": "application/json" })).json();

/* Jobs look at it, then draw it; a refusal is told here, what takes longer is shown by the page. */
async function taken(path) {
  const incident = `/v1/incidents/${form.dataset.incident}`;
  const attachment = path.replace("/v1/uploads", `${incident}/attachments`);
  for (let looked = 0; looked < LOOKS; looked += 1) {
    const upload = await read(path);
    const chinese = document.documentElement.lang.startsWith("zh");
    if (upload.state === "refused") throw new Refused(upload.failure[chinese ? "zh" : "en"]);
    if (upload.state === "attached" && (await read(attachment)).state !== "checking") return;
    await pause(WAIT_MS);
  }
}

function tell(name, part) {
  const status = form.querySelector("[role=status]");
  status.hidden = false;
  status.querySelector("progress").value = part;
  status.querySelector("span").textContent = name;
}

function fail(text) {
  const alarm = form.querySelector("[role=alert]");
  alarm.textContent = text;
  alarm.hidden = false;
  form.querySelector("[role=status]").hidden = true;
}

async function add(files) {
  for (const file of files) {
    tell(file.name, 0);
    if (file.size > Number(form.dataset.most)) return fail(form.dataset.tooLarge);
    try {
      await send(file);
    } catch (error) {
      return fail(error instanceof Refused ? error.message : form.dataset.interrupted);
    }
  }
  location.reload();
}

form?.addEventListener("change", (event) => {
  form.querySelector("[role=alert]").hidden = true;
  add([...event.target.files]);
});
