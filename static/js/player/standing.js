/** What became of the answers, in words: which of the two is true is never left open. */

export const STANDINGS = {
  "": "",
  sending: "Réponse en cours d’envoi",
  kept: "Réponse conservée sur cet appareil",
  received: "Réponse reçue par la plateforme",
};

const COUNTED = [
  ["received", "reçue", " par la plateforme"],
  ["kept", "conservée", " sur cet appareil"],
  ["sending", "en cours d’envoi", ""],
];

/** @param {("sending"|"kept"|"received")[]} standings one per answer */
export function countInWords(standings) {
  const parts = [];
  for (const [name, word, where] of COUNTED) {
    const count = standings.filter((standing) => standing === name).length;
    if (!count) continue;
    const several = count > 1 ? "s" : "";
    const noun = parts.length ? "" : ` réponse${several}`;
    const agreed = name === "sending" ? word : word + several;
    parts.push(`${count}${noun} ${agreed}${where}`);
  }
  return parts.join(", ");
}
