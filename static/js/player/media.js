/**
 * The media of the questions, fetched as `preload.js` says and held in memory: nothing is fetched twice, what was cut
 * off goes on where it stopped, and a question can wait until its media are here.
 */
import * as policy from "./preload.js";

const LOOK = 250; // how often the advance is looked at
const PATIENCE = 8000; // milliseconds without a byte after which a request, or a question, is not waited for any more
const REFUSED = 3000; // the same for a question whose missing files were all refused: there is no network, or no file

const empty = (kept) => Object.assign(kept, { parts: [], size: 0, total: null });

export class Media {
  /** @param {{canPlayVideo: (type: string) => string, canPlaySound: (type: string) => string}} browser */
  constructor({ canPlayVideo, canPlaySound }) {
    this.canPlay = (type) => (type.startsWith("audio") ? canPlaySound(type) : canPlayVideo(type));
    /** @type {policy.Wanted[]} */
    this.wanted = [];
    /** @type {Map<string, {parts: Uint8Array[], size: number, total: ?number, url: string, blob: ?Blob}>} */
    this.stock = new Map(); // address of a file → what is here of it
    this.running = false;
    this.aborter = null; // of the request in progress
    this.wake = () => {};
    this.took = 0; // milliseconds that the last question's files took, the pauses between them not counted
    this.held = false; // time stands still
    this.stopped = false;
  }

  // --- What is wanted ------------------------------------------------------------------------------------------

  /**
   * Want these questions' media and no others, the first ones first.
   * @param {number[]} delays milliseconds from now; a question without one stays as it is, and a new one waits for its
   */
  want(questions, delays) {
    const now = performance.now();
    this.wanted = questions.map((question, place) => {
      const known = this.wanted.find(({ q }) => q === question.q);
      const wanted = known || { q: question.q, files: policy.filesOf(question, this.canPlay), from: Infinity, spent: 0 };
      if (place < delays.length) wanted.from = now + delays[place];
      wanted.abandoned = Boolean(known?.abandoned);
      return wanted;
    });
    const kept = new Set(this.wanted.flatMap(({ files }) => files.map(({ src }) => src)));
    for (const src of [...this.stock.keys()].filter((src) => !kept.has(src))) this.forget(src);
    this.run();
  }

  /** While `question` is on the screen, fetch what comes after it. @param {number} spread see `policy.delays` */
  prepare(question, coming, spread) {
    this.want([question, ...coming.slice(0, policy.AHEAD)], [0, ...policy.delays(spread, this.took, Math.random)]);
  }

  /**
   * Resolve when the media of a question are here (true), or will not be waited for any more (false).
   * @param {Object} question
   * @param {Object[]} coming the questions after it, of which nothing that is here is thrown away
   * @param {boolean} patient whether to wait for as long as it takes: nobody is kept waiting yet
   */
  ready(question, coming, patient = false) {
    this.want([question, ...coming.slice(0, policy.AHEAD)], [0]);
    const [wanted] = this.wanted;
    wanted.abandoned = false;
    const missing = () => wanted.files.filter(({ held, gone }) => !held && !gone);
    for (const file of missing()) Object.assign(file, { failures: 0, from: 0 });
    this.run();
    const refused = () => missing().every(({ failures }) => failures > 1);
    const bytes = () => wanted.files.reduce((sum, { src }) => sum + this.sizeOf(src), 0);
    let [seen, moved] = [bytes(), performance.now()];
    return new Promise((resolve) => {
      const look = () => {
        const now = performance.now();
        if (this.held || bytes() !== seen) [seen, moved] = [bytes(), now];
        else if (!patient && now - moved > (refused() ? REFUSED : PATIENCE)) this.abandon(wanted);
        if (!this.stopped && !policy.settled(wanted)) return;
        clearInterval(watch);
        resolve(wanted.files.every(({ held }) => held));
      };
      const watch = setInterval(look, LOOK);
      this.onFile = look;
      look();
    });
  }

  onFile() {}

  /** It goes on without what is missing: what comes next must not wait for it. */
  abandon(wanted) {
    wanted.abandoned = true;
    this.aborter?.abort();
    this.wake();
  }

  /** Time stands still, or goes on: while it stands still nothing is given up. */
  hold(still) {
    this.held = still;
  }

  stop() {
    this.stopped = true;
    this.aborter?.abort();
    this.wake();
    this.onFile();
    for (const src of [...this.stock.keys()]) this.forget(src);
  }

  // --- What is here --------------------------------------------------------------------------------------------

  /** Where a file can be played from: memory when it is here, else the network. */
  address(src) {
    const kept = this.stock.get(src);
    if (!kept?.blob) return src;
    kept.url = kept.url || URL.createObjectURL(kept.blob);
    return kept.url;
  }

  /** Whether a file was asked for in vain: the network does not deliver it. */
  lacks(src) {
    const file = this.wanted.flatMap(({ files }) => files).find((known) => known.src === src);
    return Boolean(file) && !file.held && !file.gone;
  }

  /** What `media.json` says of a question's media, or null when it does not arrive. */
  async facts(question) {
    try {
      const blob = this.stock.get(question.media)?.blob;
      if (blob) return JSON.parse(await blob.text());
      const reply = await fetch(question.media, { credentials: "omit" });
      return reply.ok ? await reply.json() : null;
    } catch (error) {
      return null;
    }
  }

  sizeOf(src) {
    return this.stock.get(src)?.size || 0;
  }

  forget(src) {
    const { url } = this.stock.get(src);
    if (url) URL.revokeObjectURL(url);
    this.stock.delete(src);
  }

  // --- Fetching ------------------------------------------------------------------------------------------------

  /** Fetch one file after the other until nothing is wanted; does nothing but look again when it is fetching already. */
  async run() {
    this.wake();
    if (this.running) return;
    this.running = true;
    while (!this.stopped) {
      const { file, at } = policy.choose(this.wanted, performance.now());
      if (file) await this.fetch(file);
      else if (at !== undefined && at !== Infinity) await this.until(at);
      else break;
    }
    this.running = false;
  }

  until(at) {
    return new Promise((resolve) => {
      const alarm = setTimeout(resolve, at - performance.now());
      this.wake = () => {
        clearTimeout(alarm);
        resolve();
      };
    });
  }

  /** @param {policy.File} file */
  async fetch(file) {
    const began = performance.now();
    const wanted = this.wanted.find(({ files }) => files.includes(file));
    try {
      const reply = await this.download(file);
      if (reply === "gone") file.gone = true;
      else file.held = true;
    } catch (error) {
      file.failures += 1;
      file.from = performance.now() + policy.pause(file.failures, Math.random());
    }
    wanted.spent += performance.now() - began;
    if (policy.settled(wanted)) this.took = wanted.spent;
    this.onFile();
  }

  /** Download a file, or the rest of it. Rejects when it is cut off: what is here by then is kept. */
  async download({ src, type }) {
    const kept = this.stock.get(src) || { parts: [], size: 0, total: null, url: "", blob: null };
    this.stock.set(src, kept);
    if (kept.blob) return "here"; // another question has it
    // A line may break after the last byte: there is no rest to ask for.
    const whole = kept.size > 0 && kept.size === kept.total;
    if (!whole && (await this.receive(kept, src)) === "gone") return "gone";
    kept.blob = new Blob(kept.parts, { type });
    kept.parts = [];
    return "here";
  }

  /** Ask for what `kept` lacks of a file, and wait for all of it. */
  async receive(kept, src) {
    this.aborter = new AbortController();
    const { signal } = this.aborter;
    let alarm = null;
    const patient = () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => this.aborter.abort(), PATIENCE);
    };
    patient();
    try {
      const headers = kept.size ? { Range: `bytes=${kept.size}-` } : {};
      const reply = await fetch(src, { headers, signal, credentials: "omit", priority: "low" });
      if ([404, 410].includes(reply.status)) return "gone";
      if (reply.status === 416) empty(kept); // there is no such rest: from the beginning
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      this.take(kept, reply);
      const reader = reply.body.getReader();
      for (;;) {
        patient();
        const { done, value } = await reader.read();
        if (done) break;
        kept.parts.push(value);
        kept.size += value.length;
      }
      if (kept.total !== null && kept.size !== kept.total) throw new Error("cut off");
    } catch (error) {
      this.aborter.abort(); // what is still coming of it is not wanted
      throw error;
    } finally {
      clearTimeout(alarm);
    }
    return "here";
  }

  /** A reply has begun: it goes on where the last one stopped, or it is the whole file. */
  take(kept, reply) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(reply.headers.get("Content-Range") || "") || [];
    const length = reply.headers.get("Content-Encoding") ? null : Number(reply.headers.get("Content-Length")) || null;
    const goesOn = reply.status === 206 && Number(start) === kept.size && [null, Number(total)].includes(kept.total);
    if (!goesOn && reply.status === 206) {
      empty(kept); // another file by now: from the beginning
      throw new Error("not the rest of it");
    }
    if (goesOn) kept.total = Number(total);
    else Object.assign(empty(kept), { total: length });
  }
}

/** A twentieth of a second of silence: what a click may start before anything was fetched. */
export function silence() {
  const samples = 400;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const letters = (at, text) => [...text].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  letters(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, 8000, true); // samples a second
  view.setUint32(28, 8000, true); // bytes a second
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true); // bits a sample
  letters(36, "data");
  view.setUint32(40, samples, true);
  for (let place = 0; place < samples; place += 1) view.setUint8(44 + place, 128);
  return URL.createObjectURL(new Blob([view.buffer], { type: "audio/wav" }));
}
