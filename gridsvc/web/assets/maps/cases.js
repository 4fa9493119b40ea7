// What is known of cases: what the stream said, what has become overdue since, what is asked for.
"use strict";

(function () {
  const STAYS = 30_000; // how long a case that has ended is still listed

  // `news` counts what a person may want to hear of: new, late, over.
  gridmaps.Cases = class {
    constructor(open) {
      this.open = new Set(open);
      this.all = new Map();
      this.ahead = 0; // of the server's clock before ours
      this.turn = 0;
    }

    now() {
      return Date.now() + this.ahead;
    }

    set(time) {
      this.ahead = Date.parse(time) - Date.now();
    }

    clear() {
      this.all.clear();
    }

    board(cases) {
      this.clear();
      // They come with the newest first, and the last one changed stands above.
      for (const told of [...cases].reverse()) this.keep(told);
    }

    keep(told) {
      const before = this.all.get(told.id);
      if (before && before.version > told.version) return null;
      const late = told.overdue_at !== null && Date.parse(told.overdue_at) < this.now();
      const open = this.open.has(told.status);
      const kept = { ...told, late, open, turn: ++this.turn, over: open ? 0 : this.now() };
      this.all.set(told.id, kept);
      return before;
    }

    change(data) {
      const news = { new: [], late: [], over: [], other: [] };
      for (const told of data.cases) {
        const before = this.keep(told);
        const now = this.all.get(told.id);
        if (before === null) continue;
        if (!now.open) (before && before.open ? news.over : news.other).push(now);
        else if (now.late && !(before && before.late)) news.late.push(now);
        else (before ? news.other : news.new).push(now);
      }
      for (const id of data.gone) this.all.delete(id);
      return news;
    }

    // What has become overdue by itself; and what ended a while ago goes.
    pass() {
      const news = { new: [], late: [], over: [], gone: 0 };
      for (const one of this.all.values()) {
        if (one.over && this.now() - one.over > STAYS) news.gone += this.all.delete(one.id);
        if (one.late || !one.open || one.overdue_at === null) continue;
        one.late = Date.parse(one.overdue_at) < this.now();
        if (one.late) news.late.push(one);
      }
      return news;
    }

    shown(asked) {
      return [...this.all.values()]
        .filter((one) => fits(one, asked))
        .sort((one, other) => other.turn - one.turn);
    }
  };

  function fits(one, asked) {
    const areas = [one.district, one.street, one.community, one.grid];
    return (
      (!asked.category || one.major === asked.category) &&
      (!asked.area || areas.includes(asked.area)) &&
      (!asked.status || one.status === asked.status) &&
      (!asked.overdue || one.late)
    );
  }
})();
