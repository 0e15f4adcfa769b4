/**
 * Whether the supervisor has changed something for this exam: a number that every open page asks for, and that also
 * comes with each acknowledgement. Another number than the known one is only a reason to ask for our own standing.
 */
import { Unreachable, get } from "./api.js";

// With a cache of 2 s on the way, and one of 1 s in the server, what was decided in the room is known here within ten
// seconds.
const PERIOD = 7000;

export class Watch {
  /**
   * @param {string} url
   * @param {number} known the number that came with what is known
   * @param {() => Promise<number>} ask asks for the standing, and resolves with the number it came with
   */
  constructor(url, known, ask) {
    this.url = url;
    this.known = known;
    this.ask = ask;
    this.asking = false;
    this.asked = -Infinity; // when, by `performance.now()`
    this.alarm = null;
  }

  /** Look every few seconds, hidden or not, for the time passes in a hidden page too. Silent when it cannot. */
  start() {
    this.stop();
    const alarm = setTimeout(async () => {
      try {
        const { signal } = await get(this.url);
        await this.saw(signal);
      } catch (error) {
        if (!(error instanceof Unreachable)) console.error(error);
      }
      if (this.alarm === alarm) this.start();
    }, PERIOD * (0.75 + Math.random() / 4)); // spread: a room does not ask at once
    this.alarm = alarm;
  }

  stop() {
    clearTimeout(this.alarm);
    this.alarm = null;
  }

  /** This device seems to have slept: what is known is old, and so is the time. */
  again() {
    if (performance.now() - this.asked > PERIOD) this.saw(this.known + 1);
  }

  /** @param {number} signal the number that was heard of, here or with an acknowledgement */
  async saw(signal) {
    if (typeof signal !== "number" || signal === this.known || this.asking) return;
    this.asking = true;
    this.asked = performance.now();
    try {
      this.known = await this.ask();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error; // the next look tries again
    } finally {
      this.asking = false;
    }
  }
}
