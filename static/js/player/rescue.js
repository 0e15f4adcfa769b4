/** « Télécharger le fichier de résultat »: the supervisor's code, then the sealed file of what this device holds. */
import { isCode, sealed } from "./seal.js";

// A person who guesses waits; a supervisor who mistypes does not.
const TRIES = 5;
const WAIT = 30_000;

const UNSEALABLE =
  "Cet appareil ne peut pas faire de fichier de résultat : la plateforme ne lui en a pas donné la clé. " +
  "Laissez la page ouverte : elle continue d’envoyer les réponses dès que le réseau revient.";

const NOTHING_OWED =
  "La plateforme a déjà reçu toutes les réponses données sur cet appareil : il n’y a pas de fichier à faire.";

/** Save `text` under `name`, by the browser's own means. */
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The forms of all the screens that offer a file; they share the count of wrong codes. */
export class Rescue {
  /**
   * @param {HTMLElement} root
   * @param {{sitting: string, rescue: {salt: string, iterations: number, hash: string}}} data the page's `player-data`
   * @param {import("./delivery.js").Delivery} delivery
   */
  constructor(root, data, delivery) {
    this.data = data;
    this.delivery = delivery;
    this.wrong = 0;
    this.until = 0; // no code is looked at before, on the monotonic clock
    this.busy = false;
    for (const form of root.querySelectorAll("[data-rescue-form]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.answer(form);
      });
    }
  }

  async answer(form) {
    if (this.busy) return;
    this.busy = true;
    const said = form.querySelector("[data-said]");
    said.textContent = "";
    const input = form.querySelector("input");
    try {
      said.textContent = await this.make(input.value.replace(/\s/g, ""));
    } catch (error) {
      console.error(error);
      said.textContent = "Le fichier n’a pas pu être fait sur cet appareil. Réessayez ; les réponses y restent gardées.";
    } finally {
      input.value = "";
      this.busy = false;
    }
  }

  /** Check the code, make the file, and resolve with what to say. */
  async make(code) {
    if (!this.delivery.seal) return UNSEALABLE;
    const left = Math.ceil((this.until - performance.now()) / 1000);
    if (left > 0) return `Trop de codes faux. Attendez ${left} seconde${left > 1 ? "s" : ""}, puis recommencez.`;
    if (!(await isCode(this.data.rescue, code))) return this.refused();
    this.wrong = 0;
    const { sitting, rescue } = this.data;
    const items = this.delivery.own().map(({ q, seq, choices, final, t }) => ({ q, seq, choices, final, t }));
    if (!items.length) return NOTHING_OWED;
    const name = `resultat-${rescue.salt}-${sitting.slice(-4)}.esr`;
    download(name, await sealed(this.delivery.seal, { sitting, code, items }));
    return (
      `Fichier enregistré dans les téléchargements de cet appareil : ${name}. Copiez-le, puis chargez-le sur la ` +
      "page de restauration des résultats de l’épreuve. Ne fermez cette page qu’après."
    );
  }

  refused() {
    this.wrong += 1;
    if (this.wrong < TRIES) return "Ce code n’est pas celui de cette épreuve : vérifiez-le sur la page des codes d’accès.";
    this.wrong = 0;
    this.until = performance.now() + WAIT;
    return `Trop de codes faux. Attendez ${WAIT / 1000} secondes, puis recommencez.`;
  }
}
