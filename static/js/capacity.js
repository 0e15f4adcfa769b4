/**
 * How many devices a line can carry for an exam. Pure.
 *
 * A device fetches the media of one question while another one is shown and answered: the room needs, for each of its
 * devices, the bytes of a question in the seconds of a question.
 *
 * @typedef {Object} Line
 * @property {number} light bytes of a question for a browser that plays the light files
 * @property {number} universal bytes of a question for the others
 * @property {number} seconds that a question lasts
 * @property {number} share of the line that may be counted on, from 0 to 1
 * @property {number} firstVisit bytes of the first visit of a device
 * @property {number} registered candidates
 */

/** @param {Line} line @param {number} rate bytes a second @returns {{light: number, universal: number, opening: number}} */
export function capacity(line, rate) {
  const carried = (bytes) => Math.floor((rate * line.share * line.seconds) / bytes);
  return {
    light: carried(line.light),
    universal: carried(line.universal),
    opening: (line.registered * line.firstVisit) / rate, // seconds until the page is open everywhere
  };
}

/**
 * What to do about it.
 * @param {{light: number, universal: number}} carried see `capacity`
 * @returns {"good"|"old"|"groups"|"alone"} enough for all; for recent devices only; for a group at a time; for hardly one
 */
export function verdict({ light, universal }, registered) {
  if (universal >= registered) return "good";
  if (light >= registered) return "old";
  return light >= Math.min(5, registered) ? "groups" : "alone";
}
