/** One request to the platform. Whatever is not an explicit answer of the platform itself is `Unreachable`. */

const TIMEOUT = 5000;

// The statuses that the platform answers with on purpose; a proxy's or a server's failure is none of them.
const ANSWERS = [200, 400, 401, 409, 410, 425];

/** The platform could not be reached, or did not answer as it does: try again. */
export class Unreachable extends Error {}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<{status: number, data: Object, sent: number, received: number}>} with `performance.now()` before
 *   the request left and when its reply began to arrive
 * @throws {Unreachable}
 */
async function ask(url, options, timeout = TIMEOUT) {
  const aborter = new AbortController();
  const alarm = setTimeout(() => aborter.abort(), timeout);
  const sent = performance.now();
  try {
    const reply = await fetch(url, { redirect: "error", signal: aborter.signal, ...options });
    const received = performance.now();
    if (!ANSWERS.includes(reply.status)) throw new Unreachable(`status ${reply.status}`);
    const data = await reply.json();
    if (data === null || typeof data !== "object") throw new Unreachable("not an object");
    return { status: reply.status, data, sent, received };
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(String(error));
  } finally {
    clearTimeout(alarm);
  }
}

/**
 * @typedef {Object} Options
 * @property {Object<string, string>} [headers]
 * @property {boolean} [cookies] whether the request goes by the candidate's cookie
 * @property {boolean} [keepalive] whether it may outlive the page
 * @property {import("./clock.js").Clock} clock learns the server's time from the reply
 */

/**
 * @param {string} url
 * @param {Object} body
 * @param {Options} options
 * @returns {Promise<{status: number, data: Object}>}
 * @throws {Unreachable}
 */
export async function post(url, body, { headers = {}, cookies = false, keepalive = false, clock }) {
  const { status, data, sent, received } = await ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    credentials: cookies ? "same-origin" : "omit",
    cache: "no-store",
    keepalive,
  });
  if (typeof data.now === "number") clock.learn(data.now, sent, received);
  return { status, data };
}

/**
 * What is the same for everybody, and may come from a cache on the way.
 * @param {string} url
 * @param {number} [timeout] milliseconds, for what is large
 * @returns {Promise<Object>}
 * @throws {Unreachable}
 */
export async function get(url, timeout) {
  const { status, data } = await ask(url, { credentials: "omit" }, timeout);
  if (status !== 200) throw new Unreachable(`status ${status}`);
  return data;
}
