/**
 * What this tab remembers until it is closed, and nobody else: how often each question was met, so that none comes back
 * before the others were asked, and the run that is in progress, so that a reload does not lose it. Nothing leaves the
 * browser. Where the browser refuses even that, the page itself remembers for as long as it is open.
 *
 * @typedef {Object} Run a training or a test in progress
 * @property {number[]} order the questions, in the order in which they are asked
 * @property {Object<number, string>} answers the letters given to those that are answered, as "AC"
 * @property {number} answerMs the time to answer; 0 when none is counted
 */

const MET = "questions-met";

export class Memory {
  /** @param {string} place under which the run is kept: one for each attestation and mode */
  constructor(place) {
    this.place = place;
    this.own = new Map(); // what could not be given to the tab
    this.lasts = true; // whether a reload finds it again
  }

  read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(name)) ?? this.own.get(name) ?? null;
    } catch (error) {
      return this.own.get(name) ?? null; // refused, or not what we wrote
    }
  }

  write(name, value) {
    this.own.set(name, value);
    try {
      sessionStorage.setItem(name, JSON.stringify(value));
      this.lasts = true;
    } catch (error) {
      this.lasts = false;
    }
  }

  /** How often a question was met. @param {number} q */
  met(q) {
    return (this.read(MET) || {})[q] || 0;
  }

  meet(q) {
    this.write(MET, { ...this.read(MET), [q]: this.met(q) + 1 });
  }

  /** @returns {?Run} the run that was in progress when the page went away */
  run() {
    const run = this.read(this.place);
    return run && Array.isArray(run.order) && run.answers ? run : null;
  }

  /** @param {?Run} run null when it is over */
  keep(run) {
    this.write(this.place, run);
  }
}
