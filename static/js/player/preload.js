/**
 * Which of the questions' media a device fetches, when, and in which order: for a room whose devices share one line.
 *
 * One file at a time, of one question at a time, in the order in which the questions are asked: a device whose next
 * question lacks something asks for nothing else. Small files come first, for a question needs all of them. What is
 * fetched in advance begins after a random while, so that a room that moves together does not ask together; but on a
 * line where a question took long, at once, and for the very next question only.
 *
 * Pure: no network, no clock, no page.
 *
 * @typedef {Object} File
 * @property {"facts"|"voice"|"description"|"video"} role
 * @property {string} src
 * @property {string} type what the server ought to say of it, as "video/mp4"
 * @property {boolean} held it is here, whole
 * @property {boolean} gone the server has no such file: asking again is of no use
 * @property {number} failures how often asking for it has failed
 * @property {number} from when it may be asked for again, milliseconds
 *
 * @typedef {Object} Wanted a question whose media are wanted
 * @property {number} q
 * @property {File[]} files in the order in which they are fetched
 * @property {number} from when fetching may begin, milliseconds
 * @property {boolean} abandoned it was asked without what did not arrive
 */

/** How many questions a device holds beyond the one on the screen: half a megabyte, and two minutes without a network. */
export const AHEAD = 2;

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/**
 * The files that a question needs before it is asked.
 * @param {Object} question as in the page's `player-data`
 * @param {(type: string) => string} canPlay what the browser says of a type: "", "maybe" or "probably"
 * @returns {File[]}
 */
export function filesOf(question, canPlay) {
  const named = [{ role: "facts", src: question.media, type: "application/json" }, { role: "voice", ...voiceOf(question, canPlay) }];
  if (question.audioDescription) named.push({ role: "description", src: question.audioDescription, type: "audio/mp4" });
  named.push({ role: "video", ...videosOf(question, canPlay)[0] });
  return named.map(({ role, src, type }) => ({
    role,
    src,
    type: type.split(";")[0],
    held: false,
    gone: false,
    failures: 0,
    from: 0,
  }));
}

/** The files of a question's video that this browser says it plays, best first; all when it says so of none. */
export function videosOf({ sources }, canPlay) {
  const known = sources.filter(({ type }) => canPlay(type));
  return known.length ? known : sources;
}

/** The lightest file of a question's voice that this browser is sure to play; else the one that everything plays. */
export function voiceOf({ reading, readings }, canPlay) {
  return readings.find(({ type }) => canPlay(type) === "probably") || { src: reading, type: "audio/mp4" };
}

/** Whether nothing more will come of a question's files. @param {Wanted} wanted */
export function settled({ files, abandoned }) {
  return abandoned || files.every(({ held, gone }) => held || gone);
}

/**
 * What to do now.
 * @param {Wanted[]} wanted in the order in which the questions are asked
 * @param {number} now
 * @returns {{file?: File, at?: number}} the file to fetch; or when to look again; or nothing to do
 */
export function choose(wanted, now) {
  const first = wanted.find((question) => !settled(question));
  if (!first) return {};
  if (first.from > now) return { at: first.from };
  // A file that fails lets the others pass: one that cannot be had must not hold up the rest of its question.
  const missing = first.files.filter(({ held, gone }) => !held && !gone).sort((a, b) => a.failures - b.failures);
  const file = missing.find(({ from }) => from <= now);
  return file ? { file } : { at: Math.min(...missing.map(({ from }) => from)) };
}

/** Milliseconds before a file is asked for again. @param {number} chance from 0 to 1 */
export function pause(failures, chance) {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * (0.75 + chance / 2);
}

/**
 * When the media of the coming questions may be fetched, while one is being answered.
 * @param {number} spread milliseconds over which the room's requests are spread, when the line is good
 * @param {number} took milliseconds that the media of the last question took; 0 when none was fetched yet
 * @param {() => number} chance from 0 to 1
 * @returns {number[]} milliseconds from now for the next question, the one after it…; Infinity for not yet
 */
export function delays(spread, took, chance) {
  const narrow = took > spread;
  return Array.from({ length: AHEAD }, (_, place) => {
    if (narrow) return place ? Infinity : 0;
    return Math.max(0, spread * (place + chance()) - took);
  });
}
