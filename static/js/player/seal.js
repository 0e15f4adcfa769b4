/**
 * The sealed result file, as exams/sealing.py opens it: `header.iv.ciphertext` in base64url. Everything it takes is
 * in the page or on this computer, so that it works without any network.
 */

/**
 * What this device was given as it began: the platform's public key of the year, and the key of this sitting and epoch.
 * @typedef {Object} Seal
 * @property {string} kid name of the platform's key
 * @property {string} point the platform's public key, base64url
 * @property {number} epoch
 * @property {CryptoKey} key HMAC, not extractable
 */

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const HMAC = { name: "HMAC", hash: "SHA-256" };

const utf8 = (text) => new TextEncoder().encode(text);

/** @param {ArrayBuffer | Uint8Array} bytes */
function encode(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decode(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {{kid: string, point: string, key: string}} given by the platform
 * @param {number} epoch the one it was given for
 * @returns {Promise<Seal>}
 */
export async function importSeal({ kid, point, key }, epoch) {
  return { kid, point, epoch, key: await crypto.subtle.importKey("raw", decode(key), HMAC, false, ["sign"]) };
}

/**
 * @param {Seal} seal
 * @param {{sitting: string, code: string, items: Object[]}} body
 * @returns {Promise<string>} the file
 */
export async function sealed(seal, body) {
  const { subtle } = crypto;
  const theirs = await subtle.importKey("raw", decode(seal.point), CURVE, false, []);
  const ours = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const epk = encode(await subtle.exportKey("raw", ours.publicKey));
  const header = encode(utf8(JSON.stringify({ v: 1, kid: seal.kid, epk })));
  const content = utf8(JSON.stringify({ ...body, epoch: seal.epoch }));

  const secret = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const salt = await subtle.digest("SHA-256", utf8(header));
  const hkdf = { name: "HKDF", hash: "SHA-256", salt, info: utf8("esr result file v1") };
  const base = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const aes = await subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);

  const mac = await subtle.sign(HMAC, seal.key, new Uint8Array([...utf8(`${header}.`), ...content]));
  const plain = new Uint8Array([...new Uint8Array(mac), ...content]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const ciphertext = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(header) }, aes, plain);
  return [header, encode(iv), encode(ciphertext)].join(".");
}

/**
 * Whether `typed` is the supervisor's code, told from a slow hash of it.
 * @param {{salt: string, iterations: number, hash: string}} rescue
 */
export async function isCode({ salt, iterations, hash }, typed) {
  const base = await crypto.subtle.importKey("raw", utf8(typed), "PBKDF2", false, ["deriveBits"]);
  const pbkdf2 = { name: "PBKDF2", hash: "SHA-256", salt: utf8(salt), iterations };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(pbkdf2, base, 256));
  return [...bits].map((byte) => byte.toString(16).padStart(2, "0")).join("") === hash;
}
