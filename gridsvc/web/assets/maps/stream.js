// Reads a stream of server-sent events, and comes back to it after whatever ended it: where it was,
// if the server still knows. Fetch instead of EventSource, which tells nobody why it was refused.
"use strict";

(function () {
  const SILENCE = 30_000; // three pulses
  const SOONEST = 1_000;
  const LATEST = 20_000;
  const REFUSED = 30_000;

  // `said(event, data)` is called for each event, `state(name)` when the line is another:
  // live, away, signed_out, refused.
  gridmaps.follow = function (address, said, state) {
    let last = null;
    let wait = SOONEST;

    function take(block) {
      const event = { data: "" };
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (!event.event) return;
      last = event.id || last;
      const data = JSON.parse(event.data);
      // What one may see is another now: nothing of before may stay.
      if (event.event === "end" && data.reason === "changed") last = null;
      said(event.event, data);
    }

    async function read(body, alive) {
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let held = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        alive();
        const blocks = (held + value).split("\n\n");
        held = blocks.pop();
        blocks.forEach(take);
      }
    }

    async function once() {
      const cut = new AbortController();
      let timer = 0;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => cut.abort(), SILENCE);
      };
      try {
        alive();
        const headers = last ? { "Last-Event-ID": last } : {};
        const answer = await fetch(address, { headers, cache: "no-store", signal: cut.signal });
        if (answer.status === 401 || answer.status === 403) return "signed_out";
        if (!answer.ok) return answer.status === 429 ? "refused" : "away";
        wait = SOONEST;
        state("live");
        await read(answer.body, alive);
        return "away";
      } catch {
        return "away"; // no line, or cut by the watch above
      } finally {
        clearTimeout(timer);
      }
    }

    async function forever() {
      for (;;) {
        const ended = await once();
        if (ended === "signed_out") last = null;
        state(ended);
        // Not all at the same moment: they were all cut off at the same moment.
        const pause = ended === "away" ? wait * (0.5 + Math.random()) : REFUSED;
        wait = Math.min(2 * wait, LATEST);
        await new Promise((go) => setTimeout(go, pause));
      }
    }
    forever();
  };
})();
