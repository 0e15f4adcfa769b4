/** The tutorial's trial question: the real player, on a question that counts for nothing and is sent nowhere. */
import * as span from "./span.js";
import { pressed } from "./stage.js";

const HINTS = {
  watch: "Regardez la vidéo : la question arrive à la fin.",
  expected: "Le bandeau dit combien de réponses sont attendues : ici, plusieurs. Choisissez-en une.",
  bricks: "Une brique choisie porte une coche. Choisissez-en une autre, ou touchez la même pour l’enlever.",
  time: "À côté du bandeau, le temps qui reste : à zéro, la question suivante arrive toute seule.",
  untimed: "Ici, rien ne presse : « Suivant » mène à la question suivante.",
  sound: "« Réécouter » relit la question. « Couper le son » fait le silence.",
};

export class Trial {
  /**
   * @param {HTMLElement} section the question's screen, with the `[data-trial]` banner
   * @param {{trial: Object, answerMs: number, mode: import("./stage.js").Mode}} data the page's `player-data`
   * @param {import("./stage.js").Stage} stage
   */
  constructor(section, { trial, answerMs, mode }, stage) {
    this.section = section;
    this.question = trial;
    this.answerMs = answerMs;
    this.mode = mode;
    this.stage = stage;
    this.banner = section.querySelector("[data-trial]");
    this.hint = section.querySelector("[data-hint]");
    this.done = section.querySelector("[data-trial-end]");
    this.hints = []; // those still to come, one for each choice
    this.active = false;
  }

  /** To be called in a click; resolves when the question is over. The screen must be shown. */
  async play() {
    this.active = true;
    this.banner.hidden = false;
    this.done.hidden = true;
    this.tell("watch");
    await this.stage.present(this.question, { position: 0, total: 1, coming: [], spread: 0 });
    this.hints = ["bricks", this.mode.timed ? "time" : "untimed", "sound"];
    this.stage.ask(this.question, "");
    this.done.hidden = false;
    this.tell("expected");
    await Promise.race([pressed(this.done), this.mode.timed ? this.timeIsOver() : this.gone()]);
    this.stage.timer.stop();
    this.stage.close();
    delete this.section.dataset.shows;
    this.banner.hidden = true;
    this.active = false;
  }

  timeIsOver() {
    const terms = { answerMs: this.answerMs, pausedAt: null, pausedMs: 0 };
    const begun = span.begin(0, terms, performance.now());
    return this.stage.timer.run(() => span.left(begun, terms, performance.now()), () => terms.answerMs);
  }

  gone() {
    return pressed(this.section.querySelector("[data-next-question]"));
  }

  /** The candidate chose something: what comes next is shown on the real thing. */
  changed() {
    if (this.hints.length) this.tell(this.hints.shift());
  }

  /** @param {string} what is pointed at, and told */
  tell(what) {
    this.section.dataset.shows = what;
    this.hint.textContent = HINTS[what];
  }
}
