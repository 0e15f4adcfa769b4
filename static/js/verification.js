// The page that verifies an attestation: what stands behind « # », or a link that is pasted. Nothing of it leaves the
// browser.

import { readLink, unseal, Unverifiable } from "./verification/seal.js";

const keys = JSON.parse(document.getElementById("keys").textContent);
const result = document.querySelector("[data-result]");
const facts = result.querySelector("[data-state=authentic]");
const form = document.querySelector("[data-paste]");
const field = form.querySelector("textarea");

const written = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "UTC" });
const figures = new Intl.DateTimeFormat("fr-FR", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });

/** Each verification takes the place of the one before, however long that takes. */
let turn = 0;

/** @param {string} state @param {string} kid */
function show(state, kid = "") {
  for (const section of result.querySelectorAll("[data-state]")) section.hidden = section.dataset.state !== state;
  for (const place of result.querySelectorAll("[data-unknown]")) place.textContent = kid;
}

/** @param {string} name @param {string} value */
function fill(name, value) {
  for (const place of facts.querySelectorAll(`[data-fact=${name}]`)) place.textContent = value;
}

/** @param {import("./verification/seal.js").Claims} claims */
function state(claims) {
  for (const title of facts.querySelectorAll("[data-attestation]")) {
    title.hidden = title.dataset.attestation !== claims.attestation;
  }
  fill("last-name", claims.lastName.toLocaleUpperCase("fr"));
  fill("first-name", claims.firstName);
  fill("birth-date", figures.format(claims.birthDate));
  fill("establishment", claims.establishment);
  fill("exam-on", written.format(claims.examOn));
  fill("issued-on", written.format(claims.issuedOn));
  fill("duplicate-on", claims.duplicateOn ? written.format(claims.duplicateOn) : "");
  fill("sealed-on", written.format(claims.duplicateOn ?? claims.issuedOn));
  fill("kid", claims.kid);
  for (const place of facts.querySelectorAll("[data-duplicate]")) place.hidden = !claims.duplicateOn;
  for (const place of facts.querySelectorAll("[data-original]")) place.hidden = Boolean(claims.duplicateOn);
}

/** @param {string} link */
async function verify(link) {
  const mine = ++turn;
  try {
    const claims = await unseal(readLink(link), keys);
    if (mine !== turn) return;
    state(claims);
    show("authentic");
  } catch (error) {
    if (mine !== turn) return;
    if (!(error instanceof Unverifiable)) throw error;
    show(error.step, error.kid);
  }
  result.focus();
}

function readAddress() {
  if (location.hash.length > 1) verify(location.hash);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value.trim()) verify(field.value);
  else field.focus();
});
window.addEventListener("hashchange", readAddress);
form.hidden = false;
readAddress();
