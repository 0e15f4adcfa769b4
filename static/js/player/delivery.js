/**
 * How answers reach the platform: nothing is forgotten before it was acknowledged, nothing is said to be registered
 * before the platform gave a receipt, and only an explicit refusal stops the sending.
 *
 * One request at a time, from one loop: what is unsent first, then the finish. A page that goes away sends what is
 * left on its own, beside the loop; the platform keeps the newest of each question, so repeats do no harm.
 */
import { Unreachable, post } from "./api.js";
import { importSeal } from "./seal.js";

const QUIET = 300; // a change waits this long for the next one, so that a hesitation is one request
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

// Nothing waits for a slow disk longer than this; the answer is sent meanwhile.
const SLOW_DISK = 1500;

/**
 * Each opening of the page numbers its answers from a hundred of its own on: what a page sent before it crashed, and the
 * disk had not written yet, may have used the numbers after the last one that the disk knows.
 */
const OPENING = 100;
const LAST_OPENING = 9000; // the platform takes numbers up to a million

const atMost = (milliseconds, work) =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, milliseconds))]);

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * @typedef {Object} Events
 * @property {(answer: Answer) => void} onAnswer an answer was kept, or could not be, or was received
 * @property {(kept: boolean) => void} onDisk whether this computer keeps what it was last given
 * @property {(kind: "running"|"closed"|"void") => void} onStanding the platform was asked: `terms` may be others now
 * @property {(signal: number) => void} onSignal the number that changes when the supervisor does something
 * @property {(failures: number) => void} onFailure a request failed; how many in a row
 * @property {() => void} onClosed the platform takes no more answers; whether it holds all of ours, the finish will tell
 * @property {(reason: "elsewhere"|"closed"|"unknown"|"malformed") => void} onRefusal nothing more will be sent
 * @property {(receipt: string) => void} onReceipt the platform holds everything
 */
export class Delivery {
  /** @param {{urls: Object, store: import("./store.js").Store, clock: import("./clock.js").Clock, csrf: string}} parts */
  constructor({ urls, store, clock, csrf }) {
    this.urls = urls;
    this.store = store;
    this.clock = clock;
    this.csrf = csrf;
    /** @type {Map<number, import("./store.js").Answer>} */
    this.answers = new Map();
    /** @type {Set<import("./store.js").Answer>} answers that are on this computer's disk */
    this.kept = new Set();
    this.token = "";
    this.opening = 1;
    this.epoch = 0;
    /** @type {import("./span.js").Terms} */
    this.terms = { answerMs: 0, pausedAt: null, pausedMs: 0 };
    /** @type {?import("./seal.js").Seal} */
    this.seal = null; // with what a result file is made
    this.signal = 0; // the one that came with the terms
    this.told = 0; // when the platform said so
    this.failures = 0;
    this.refused = "";
    this.receipt = "";
    this.finishing = false;
    this.savesClosed = false;
    this.running = false;
    this.events = {
      onAnswer() {},
      onDisk() {},
      onStanding() {},
      onSignal() {},
      onFailure() {},
      onClosed() {},
      onRefusal() {},
      onReceipt() {},
    };
    this.hurry = () => {};
  }

  // --- Beginning and coming back -----------------------------------------------------------------------------

  /** Read what this device holds of the sitting. Everything is unsent until the platform proves otherwise. */
  async restore() {
    for (const answer of this.store.answers.values()) {
      const restored = { ...answer, acked: 0 };
      this.answers.set(answer.q, restored);
      this.kept.add(restored);
    }
    const { store } = this;
    this.token = store.recall("token") || "";
    this.epoch = store.recall("epoch") || 0;
    this.receipt = store.recall("receipt") || "";
    this.terms = store.recall("terms") || this.terms;
    this.seal = store.recall("seal") || null;
    this.opening = Math.min((store.recall("opening") || 0) + 1, LAST_OPENING);
    if (!this.receipt) await this.remember({ opening: this.opening });
  }

  /**
   * Begin, or come back with the token of before.
   * @returns {Promise<{kind: "running"|"closed"|"void"|"elsewhere"|"over"|"unknown"|"early"|"malformed",
   *   startsAt?: number}>}
   * @throws {Unreachable}
   */
  async enter() {
    if (this.epoch) {
      const { status, data } = await post(this.urls.resume, {}, this.bearer());
      if (status === 200) return this.entered(data);
      if (status === 409) return { kind: "elsewhere" };
    }
    return this.start();
  }

  /** Begin with the candidate's cookie. The token is on the disk before it leaves: a lost reply costs nothing. */
  async start() {
    if (!this.token) {
      const token = newToken();
      await this.remember({ token });
      this.token = token;
    }
    const options = { cookies: true, headers: { "X-CSRFToken": this.csrf }, clock: this.clock };
    const { status, data } = await post(this.urls.start, { token: this.token }, options);
    if (status === 200) return this.entered(data);
    if (status === 425) return { kind: "early", startsAt: data.startsAt };
    if (status === 401) return { kind: "unknown" };
    if (status === 400) return { kind: "malformed" };
    return { kind: status === 409 ? "elsewhere" : "over" };
  }

  async entered(standing) {
    const { epoch, responses } = standing;
    if (!epoch || !responses) throw new Unreachable("not a standing");
    const sameDevice = epoch === this.epoch;
    this.epoch = epoch;
    for (const [q, theirs] of Object.entries(responses)) this.reconcile(Number(q), theirs, sameDevice);
    const kind = this.accept(standing);
    await this.remember({ epoch });
    if (standing.seal) this.keepSeal(standing.seal, epoch);
    return { kind };
  }

  /** The key of this sitting and epoch, kept for the day when nothing but a file gets through. */
  async keepSeal(given, epoch) {
    try {
      this.seal = await importSeal(given, epoch);
      if (!this.receipt) await this.store.offer("seal", this.seal);
    } catch (error) {
      console.warn("seal", error);
    }
  }

  /** Take over what the platform says of the time, unless it said something else since. */
  accept({ answerMs, pausedAt, pausedMs, signal, now, state }) {
    if (!(answerMs > 0) || !(now > 0)) throw new Unreachable("not a standing");
    if (now >= this.told) {
      this.told = now;
      this.terms = { answerMs, pausedAt, pausedMs };
      this.signal = signal;
      this.remember({ terms: this.terms });
    }
    return ["closed", "void"].includes(state) ? state : "running";
  }

  /**
   * Ask how the sitting stands: the supervisor did something, or this device slept and its clock stood still.
   * @returns {Promise<"running"|"closed"|"void"|"refused">}
   * @throws {Unreachable}
   */
  async ask() {
    const { status, data } = await post(this.urls.resume, {}, this.bearer());
    if (status !== 200) {
      this.refuse(status);
      return "refused";
    }
    const kind = this.accept(data);
    this.events.onStanding(kind);
    return kind;
  }

  /**
   * Lay the platform's answer beside ours: what it proves is sent, what another device did since is taken over.
   *
   * What is taken over is not our own: it is neither sent nor claimed. A claim to have given it would be refused when
   * the supervisor loads the other device's file in the meantime.
   */
  reconcile(q, theirs, sameDevice) {
    const ours = this.answers.get(q);
    const same = ours && ours.choices === theirs.choices && ours.final === theirs.final;
    if (!ours || theirs.final || !sameDevice || theirs.seq > ours.seq) {
      const seq = Math.max(theirs.seq, ours ? ours.seq : 0);
      const { choices, final } = theirs;
      this.answers.set(q, { q, seq, choices, final, t: ours ? ours.t : 0, acked: seq, own: false });
      this.persist(this.answers.get(q));
    } else if (theirs.seq === ours.seq && same) {
      ours.acked = ours.seq;
    }
  }

  bearer() {
    return { headers: { Authorization: `Bearer ${this.token}` }, clock: this.clock };
  }

  // --- Answers -----------------------------------------------------------------------------------------------

  /** Keep an answer on this computer, then send it. A final answer is never changed. */
  async answer(q, choices, final, t) {
    const last = this.answers.get(q);
    if (last && last.final) return;
    const seq = Math.max(last ? last.seq : 0, this.opening * OPENING) + 1;
    const answer = { q, seq, choices, final, t: Math.round(t), acked: last ? last.acked : 0, own: true };
    this.answers.set(q, answer);
    setTimeout(() => this.run(), final ? 0 : QUIET);
    await atMost(SLOW_DISK, this.persist(answer));
  }

  /** Put an answer on the disk. Where it cannot be, it is sent all the same, and the page says so. */
  async persist(answer) {
    if (await this.written((store) => store.keep({ ...answer }))) this.kept.add(answer);
    this.events.onAnswer(answer);
  }

  /** Keep a fact on the disk, or go on without. @param {Object<string, *>} values */
  remember(values) {
    return atMost(
      SLOW_DISK,
      this.written((store) => store.remember(values)),
    );
  }

  /** @param {(store: import("./store.js").Store) => Promise<void>} write @returns {Promise<boolean>} whether it was */
  async written(write) {
    if (this.receipt) return false; // a late reply puts nothing back on a disk that was cleared
    const kept = await write(this.store).then(
      () => true,
      () => false,
    );
    this.events.onDisk(kept);
    return kept;
  }

  isFinal(q) {
    const answer = this.answers.get(q);
    return Boolean(answer && answer.final);
  }

  /** "received", "kept", "sending", or "" for a question without an answer. */
  standing(q) {
    const answer = this.answers.get(q);
    if (!answer) return "";
    if (answer.acked >= answer.seq) return "received";
    return this.kept.has(answer) ? "kept" : "sending";
  }

  /** The standing of every answer. */
  standings() {
    return [...this.answers.keys()].map((q) => this.standing(q));
  }

  /** The answers given on this device: what the platform is owed. */
  own() {
    return [...this.answers.values()].filter(({ own }) => own);
  }

  unsent() {
    return this.own().filter(({ acked, seq }) => acked < seq);
  }

  /** The page may be going away: send what is left, and let the requests outlive it. */
  farewell() {
    const left = this.unsent();
    if (!left.length || !this.epoch || this.refused || this.savesClosed) return;
    this.save(left, true).catch(() => {}); // the loop, or the next page, sends it again
  }

  /** All questions are answered: from now on the loop goes on until the platform gives its receipt. */
  finish() {
    this.finishing = true;
    this.failures = 0;
    this.run();
  }

  // --- The loop ----------------------------------------------------------------------------------------------

  /** Send until nothing is left to send; does nothing when it is sending already. */
  async run() {
    if (this.running || !this.epoch) return;
    this.running = true;
    while (!this.refused && !this.receipt) {
      const left = this.savesClosed ? [] : this.unsent();
      if (!left.length && !this.finishing) break;
      try {
        await (left.length ? this.save(left) : this.claim());
        // While finishing, a save that passes is no success yet: only the receipt is.
        if (!this.finishing) this.failures = 0;
      } catch (error) {
        if (!(error instanceof Unreachable)) console.error(error);
        this.failures += 1;
        const pause = this.pause();
        this.events.onFailure(this.failures);
        await pause;
      }
    }
    this.running = false;
  }

  /** 0.5 s, doubled up to 8 s, spread so that a whole room does not come back at the same instant. */
  pause() {
    const length = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
    return new Promise((resolve) => {
      const alarm = setTimeout(resolve, length);
      this.hurry = () => {
        clearTimeout(alarm);
        resolve();
      };
    });
  }

  /** @param {import("./store.js").Answer[]} left */
  async save(left, keepalive = false) {
    const items = left.map(({ q, seq, choices, final, t }) => ({ q, seq, choices, final, t }));
    const { status, data } = await post(this.urls.save, { epoch: this.epoch, items }, { ...this.bearer(), keepalive });
    if (status === 200) {
      this.acknowledge(items, data.ack);
      this.events.onSignal(data.signal);
      return;
    }
    if (status === 410) {
      this.savesClosed = true;
      this.events.onClosed();
      return;
    }
    this.refuse(status);
  }

  acknowledge(items, ack) {
    if (!ack || !items.some(({ q, seq }) => ack[q] >= seq)) throw new Unreachable("acknowledged nothing");
    for (const { q } of items) {
      const answer = this.answers.get(q);
      if (!(ack[q] > answer.acked)) continue;
      answer.acked = ack[q];
      this.persist(answer);
      this.events.onAnswer(answer);
    }
  }

  /** Finish: the platform closes only if it holds all that this device claims to hold. */
  async claim() {
    const closed = this.savesClosed; // a reply that comes after the closing may speak of the time before
    const held = {};
    for (const { q, seq } of this.own()) held[q] = seq;
    const { status, data } = await post(this.urls.finish, { epoch: this.epoch, held }, this.bearer());
    if (status === 200 && typeof data.receipt === "string" && data.receipt) return this.finished(data.receipt);
    if (status === 409 && Array.isArray(data.missing)) return this.sendAgain(data.missing, closed);
    if (status === 200) throw new Unreachable("no receipt");
    return this.refuse(status);
  }

  sendAgain(missing, closed) {
    if (closed) return this.refuse(410);
    for (const q of missing) {
      const answer = this.answers.get(q);
      if (answer) answer.acked = 0;
    }
    // Counts as a failure: a platform that acknowledges and forgets must not be asked in a closed circle.
    throw new Unreachable("answers are missing");
  }

  async finished(receipt) {
    this.receipt = receipt;
    this.events.onReceipt(receipt);
    await this.store.replaceByReceipt(receipt).catch(() => {}); // the next page asks the platform again
  }

  refuse(status) {
    if (this.refused) return;
    this.refused = { 400: "malformed", 401: "unknown", 409: "elsewhere" }[status] || "closed";
    this.events.onRefusal(this.refused);
  }
}
