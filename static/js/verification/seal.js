/**
 * The seal of an attestation, as certificates/seal.py makes it and docs/seal.md describes it: deterministic CBOR inside
 * a COSE_Sign1 with Ed25519. Everything it takes is in the page, so that it works without any network.
 */

/**
 * @typedef {Object} Claims
 * @property {string} attestation ASSR1, ASSR2, ASR or AER
 * @property {string} lastName
 * @property {string} firstName
 * @property {Date} birthDate as all dates here: midnight UTC of the day that is meant
 * @property {string} establishment its identifier
 * @property {Date} examOn
 * @property {Date} issuedOn
 * @property {Date | null} duplicateOn
 * @property {string} kid the key that sealed it
 */

/** @typedef {{kid: string, year: number, x: string}} PublicKey */

/** Not a seal of the platform; `step` is the check that failed, in the words of certificates/seal.py. */
export class Unverifiable extends Error {
  /** @param {"link" | "incomplete" | "form" | "key" | "signature" | "claims" | "browser"} step */
  constructor(step, kid = "") {
    super(step);
    this.step = step;
    this.kid = kid;
  }
}

const VERSION = 1;
const MAX_BYTES = 2048;
const DAY_MS = 86_400_000;
const ATTESTATIONS = new Map([[1, "ASSR1"], [2, "ASSR2"], [3, "ASR"], [4, "AER"]]);
const ALGORITHM = 1;
const KID = 4;
const EDDSA = -8;
const SIGN1 = 18;

// --- CBOR (RFC 8949), of what a seal is made of only, and in its one deterministic spelling -----------------------------

/** Major types. */
const UNSIGNED = 0, NEGATIVE = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6;

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** @param {number} count */
  take(count) {
    if (this.at + count > this.bytes.length) throw new Unverifiable("incomplete");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** The major type and the argument of the next item; an argument has its shortest form, and no length is left open. */
  head() {
    const [first] = this.take(1);
    const type = first >> 5;
    const short = first & 31;
    if (short < 24) return [type, short];
    if (short > 26) throw new Unverifiable("form");
    const argument = this.take(1 << (short - 24)).reduce((value, byte) => value * 256 + byte, 0);
    if (argument < { 24: 24, 25: 0x100, 26: 0x10000 }[short]) throw new Unverifiable("form");
    return [type, argument];
  }

  /** Numbers, bytes, text, and maps of them by whole numbers in rising order. */
  item() {
    const [type, argument] = this.head();
    if (type === UNSIGNED) return argument;
    if (type === NEGATIVE) return -1 - argument;
    if (type === BYTES) return this.take(argument).slice();
    if (type === TEXT) return text(this.take(argument));
    if (type === MAP) return this.map(argument);
    throw new Unverifiable("form");
  }

  /** @param {number} size */
  map(size) {
    const found = new Map();
    let last = -1;
    for (let n = 0; n < size; n++) {
      const key = this.item();
      if (typeof key !== "number" || key <= last) throw new Unverifiable("form");
      found.set(key, this.item());
      last = key;
    }
    return found;
  }

  end() {
    if (this.at < this.bytes.length) throw new Unverifiable("form");
  }
}

/** @param {Uint8Array} bytes */
function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unverifiable("form");
  }
}

/** @param {Uint8Array} bytes one item and nothing after it */
function read(bytes) {
  const reader = new Reader(bytes);
  const item = reader.item();
  reader.end();
  return item;
}

/** @param {Uint8Array} bytes */
function parts(bytes) {
  if (bytes.length > MAX_BYTES) throw new Unverifiable("form");
  const reader = new Reader(bytes);
  for (const [type, argument] of [[TAG, SIGN1], [ARRAY, 4]]) {
    const head = reader.head();
    if (head[0] !== type || head[1] !== argument) throw new Unverifiable("form");
  }
  const [header, unprotected, payload, signature] = [reader.item(), reader.item(), reader.item(), reader.item()];
  reader.end();
  const areBytes = [header, payload, signature].every((part) => part instanceof Uint8Array);
  if (!areBytes || signature.length !== 64 || !(unprotected instanceof Map) || unprotected.size) {
    throw new Unverifiable("form");
  }
  return { header, payload, signature };
}

/** A byte string as CBOR writes it. @param {Uint8Array} bytes */
function written(bytes) {
  const length = bytes.length;
  const head = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return [...head, ...bytes];
}

/** RFC 9052, 4.4: ["Signature1", protected header, no external data, payload]. */
function toSign(header, payload) {
  const context = [0x84, 0x6a, ...new TextEncoder().encode("Signature1")];
  return Uint8Array.from([...context, ...written(header), 0x40, ...written(payload)]);
}

// --- The seal -----------------------------------------------------------------------------------------------------------

/** base64url without padding, in its one spelling. @param {string} spelled */
function decode(spelled) {
  if (!/^[A-Za-z0-9_-]+$/.test(spelled)) throw new Unverifiable("link");
  let binary;
  try {
    binary = atob(spelled.replace(/-/g, "+").replace(/_/g, "/"));
  } catch {
    throw new Unverifiable("link");
  }
  const again = btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (again !== spelled) throw new Unverifiable("link");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * What a link carries, or the part after « # » alone; spaces of a copy over several lines do not matter.
 * @param {string} link
 */
export function readLink(link) {
  return decode(link.replace(/\s+/g, "").split("#").at(-1));
}

/** @param {Uint8Array} header @param {PublicKey[]} keys */
function keyOf(header, keys) {
  const fields = read(header);
  const kid = fields instanceof Map && fields.get(KID);
  if (!(kid instanceof Uint8Array) || kid.length !== 6 || fields.size !== 2 || fields.get(ALGORITHM) !== EDDSA) {
    throw new Unverifiable("form");
  }
  const fingerprint = [...kid.subarray(2)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const name = `${kid[0] * 256 + kid[1]}-${fingerprint}`;
  const key = keys.find((one) => one.kid === name);
  if (!key) throw new Unverifiable("key", name);
  return key;
}

/** @param {PublicKey} key */
async function imported(key) {
  try {
    return await crypto.subtle.importKey("raw", decode(key.x), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    // No Ed25519, or no WebCrypto at all in a page that came over plain http.
    throw new Unverifiable("browser");
  }
}

/** @param {Uint8Array} payload @param {PublicKey} key @returns {Claims} */
function claimsOf(payload, key) {
  const facts = read(payload);
  const isDay = (value) => Number.isInteger(value) && Math.abs(value) < 1_000_000;
  const wanted = [[2, "string"], [3, "string"], [5, "string"]];
  const days = facts instanceof Map && facts.has(8) ? [4, 6, 7, 8] : [4, 6, 7];
  const isWhole =
    facts instanceof Map &&
    facts.size === 5 + days.length &&
    facts.get(0) === VERSION &&
    ATTESTATIONS.has(facts.get(1)) &&
    wanted.every(([name, type]) => typeof facts.get(name) === type) &&
    days.every((name) => isDay(facts.get(name)));
  if (!isWhole) throw new Unverifiable("claims");
  const day = (name) => new Date(facts.get(name) * DAY_MS);
  const claims = {
    attestation: ATTESTATIONS.get(facts.get(1)),
    lastName: facts.get(2),
    firstName: facts.get(3),
    birthDate: day(4),
    establishment: facts.get(5),
    examOn: day(6),
    issuedOn: day(7),
    duplicateOn: facts.has(8) ? day(8) : null,
    kid: key.kid,
  };
  // The key of a year seals the attestations of that year: an older one that got out forges nothing newer.
  if ((claims.duplicateOn ?? claims.issuedOn).getUTCFullYear() !== key.year) throw new Unverifiable("claims");
  return claims;
}

/**
 * What was sealed; nothing is believed before its signature was found right.
 * @param {Uint8Array} sealed
 * @param {PublicKey[]} keys
 * @returns {Promise<Claims>}
 * @throws {Unverifiable}
 */
export async function unseal(sealed, keys) {
  const { header, payload, signature } = parts(sealed);
  const key = keyOf(header, keys);
  const isRight = await crypto.subtle?.verify("Ed25519", await imported(key), signature, toSign(header, payload));
  if (!isRight) throw new Unverifiable("signature");
  return claimsOf(payload, key);
}
