/** One request to the platform. Whatever is not an explicit answer of the platform itself is `Unreachable`. */

const TIMEOUT = 5000;

// The statuses that the platform answers with on purpose; a proxy's or a server's failure is none of them.
const ANSWERS = [200, 400, 401, 409, 410, 425];

/** The platform could not be reached, or did not answer as it does: try again. */
export class Unreachable extends Error {}

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
  const aborter = new AbortController();
  const alarm = setTimeout(() => aborter.abort(), TIMEOUT);
  const sent = performance.now();
  try {
    const reply = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      credentials: cookies ? "same-origin" : "omit",
      redirect: "error",
      cache: "no-store",
      keepalive,
      signal: aborter.signal,
    });
    const received = performance.now();
    if (!ANSWERS.includes(reply.status)) throw new Unreachable(`status ${reply.status}`);
    const data = await reply.json();
    if (data === null || typeof data !== "object") throw new Unreachable("not an object");
    if (typeof data.now === "number") clock.learn(data.now, sent, received);
    return { status: reply.status, data };
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(String(error));
  } finally {
    clearTimeout(alarm);
  }
}
