/**
 * « Je m'entraîne » and « Je me teste »: one question after the other, corrected here, and nothing sent anywhere.
 *
 * As in an exam, where we are is never counted: the question in progress is the first one without an answer. A reload
 * begins that one again from its video; time is given back, for whoever cheats here cheats nobody.
 */
import { expectedInWords, markOf } from "./correction.js";
import { drawTest, drawTraining } from "./drawing.js";
import { isRight } from "./marking.js";
import { tied } from "./question.js";
import { Results } from "./results.js";
import * as span from "./span.js";
import { Stage, pressed } from "./stage.js";

const SOON = 2000; // milliseconds within which the next question's media are asked for

export class Practice {
  /**
   * @param {Object} data the page's `player-data`
   * @param {Object[]} pool the questions with their key
   * @param {{screens: import("./screens.js").Screens, memory: import("./memory.js").Memory}} parts
   */
  constructor(data, pool, { screens, memory }) {
    this.data = data;
    this.pool = pool;
    this.screens = screens;
    this.memory = memory;
    this.results = new Results(screens.get("results"), data);
    /** @type {?import("./memory.js").Run} */
    this.run = null;
    this.questions = []; // those of the run
    this.stopped = false;

    const section = screens.get("question");
    this.section = section;
    this.stage = new Stage(section, data.mode, { onChange: () => this.stage.view.say(""), onSleep() {} });
    this.next = section.querySelector("[data-next-question]");
    this.validate = section.querySelector("[data-validate]");
    this.count = section.querySelector("[data-count]");
    this.verdict = section.querySelector("[data-verdict]");
    section.querySelector("[data-end]")?.addEventListener("click", () => this.end());
    this.form = screens.get("setup").querySelector("[data-setup]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    if (data.mode.corrects) this.chooseThemes();
    const resume = screens.get("resume");
    resume.querySelector("[data-resume]").addEventListener("click", () => this.play());
    resume.querySelector("[data-anew]").addEventListener("click", () => {
      this.memory.keep(null);
      screens.show("setup");
    });
    addEventListener("beforeunload", (event) => {
      if (this.memory.lasts || screens.shown !== "question") return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  /** Open where one was, or at the beginning. */
  open() {
    this.take(this.memory.run());
    const answered = this.answered().length;
    if (!this.run || answered === this.questions.length) return this.screens.show("setup");
    const left = this.data.mode.timed ? ` sur ${this.questions.length}` : "";
    const words = `Vous en êtes à la question ${answered + 1}${left}. Elle reprend depuis le début de sa vidéo.`;
    this.screens.get("resume").querySelector("[data-resumed]").textContent = words;
    this.stage.preload(this.questions.slice(answered));
    return this.screens.show("resume");
  }

  /** The themes to train on: how many questions that makes, and no beginning without one. */
  chooseThemes() {
    const boxes = [...this.form.elements.themes.length ? this.form.elements.themes : [this.form.elements.themes]];
    const words = this.form.querySelector("[data-chosen]");
    const begin = this.form.querySelector("[type=submit]");
    this.themes = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);
    const tell = () => {
      const chosen = boxes.filter(({ checked }) => checked);
      const count = chosen.reduce((sum, { dataset }) => sum + Number(dataset.count), 0);
      begin.disabled = !count;
      words.textContent = count
        ? `${count} question${count > 1 ? "s" : ""} : vous vous arrêtez quand vous voulez.`
        : "Choisissez au moins un thème.";
    };
    const all = (checked) => () => {
      for (const box of boxes) box.checked = checked;
      tell();
    };
    this.form.querySelector("[data-all]").addEventListener("click", all(true));
    this.form.querySelector("[data-none]").addEventListener("click", all(false));
    this.form.addEventListener("change", tell);
    tell();
  }

  begin() {
    const met = (q) => this.memory.met(q);
    const drawn = this.data.mode.corrects
      ? drawTraining(this.pool, this.themes(), met)
      : drawTest(this.pool, this.data.blueprint, met);
    const extra = this.form.elements.extra?.checked;
    this.take({ order: drawn.map(({ q }) => q), answers: {}, answerMs: this.data.answerMs[extra ? 1 : 0] });
    this.play();
  }

  /** Make a run ours: the questions of it that are still in the pool. */
  take(run) {
    const byNumber = new Map(this.pool.map((question) => [question.q, question]));
    this.run = run;
    this.questions = run ? run.order.map((q) => byNumber.get(q)).filter(Boolean) : [];
  }

  isAnswered({ q }) {
    return this.run.answers[q] !== undefined;
  }

  answered() {
    return this.questions.filter((question) => this.isAnswered(question));
  }

  /** The question in progress, or undefined when all are answered. */
  current() {
    return this.questions.find((question) => !this.isAnswered(question));
  }

  /** To be called in a click, which lets the sound play. */
  play() {
    this.stage.unlock(this.current());
    this.askAll().catch((error) => {
      console.error(error);
      this.stage.halt();
      this.screens.show("broken");
    });
  }

  async askAll() {
    if (this.data.mode.corrects) this.tellThemes();
    this.screens.show("question");
    for (let question = this.current(); question && !this.stopped; question = this.current()) {
      this.memory.keep(this.run);
      this.memory.meet(question.q);
      await this.ask(question);
    }
    if (!this.stopped) this.end();
  }

  async ask(question) {
    const index = this.questions.indexOf(question);
    const next = this.questions[index + 1];
    const { corrects } = this.data.mode;
    if (corrects) this.announce(question);
    const coming = this.questions.slice(index + 1);
    await this.stage.present(question, { position: index + 1, total: this.questions.length, coming, spread: SOON });
    if (this.stopped) return;
    this.stage.ask(question, "");
    const choices = await (corrects ? this.validated() : this.inTime());
    if (this.stopped) return;
    this.run.answers[question.q] = choices;
    this.memory.keep(this.run);
    this.stage.close();
    if (!corrects) return;
    this.correct(question, choices);
    this.next.textContent = next ? "Question suivante" : "Afficher les statistiques";
    await pressed(this.next);
  }

  // --- « Je me teste » -----------------------------------------------------------------------------------------

  /** What is chosen when the time ends. */
  async inTime() {
    const terms = { answerMs: this.run.answerMs, pausedAt: null, pausedMs: 0 };
    const begun = span.begin(0, terms, performance.now());
    const left = () => span.left(begun, terms, performance.now());
    await this.stage.timer.run(left, () => terms.answerMs);
    return this.stage.view.choices();
  }

  // --- « Je m'entraîne » ---------------------------------------------------------------------------------------

  announce(question) {
    const theme = `${this.data.themes[question.theme]} | ${question.competence}`;
    this.section.querySelector("[data-theme]").textContent = theme;
    this.verdict.hidden = this.next.hidden = true;
    this.validate.hidden = false;
    this.tellCount();
  }

  /** « Thèmes sélectionnés »: those that the questions are of. */
  tellThemes() {
    const among = (questions) => new Set(questions.map(({ theme }) => theme));
    const [chosen, all] = [among(this.questions), among(this.pool)];
    const labels = Object.entries(this.data.themes).filter(([theme]) => chosen.has(theme));
    const words = chosen.size === all.size ? "tous" : labels.map(([, label]) => label).join(" | ");
    this.section.querySelector("[data-selected]").textContent = tied(`Thèmes sélectionnés : ${words}`);
  }

  tellCount() {
    const answered = this.answered();
    const right = answered.filter(({ q, expected }) => isRight(this.run.answers[q], expected)).length;
    const several = right > 1 ? "s" : "";
    this.count.textContent = answered.length ? `${right} réponse${several} correcte${several} sur ${answered.length}` : "";
  }

  /** What is chosen when « Valider ma réponse » is pressed; an answer there must be. */
  async validated() {
    const { view } = this.stage;
    for (;;) {
      await pressed(this.validate);
      if (view.choices()) return view.choices();
      view.say("Choisissez d’abord une réponse.");
    }
  }

  /** « Correct » or « Incorrect », what was expected, and why; the focus goes there. */
  correct(question, choices) {
    const right = isRight(choices, question.expected);
    const title = this.verdict.querySelector("[data-right]");
    title.textContent = right ? "Correct" : "Incorrect";
    this.verdict.dataset.verdict = right ? "right" : "wrong";
    this.verdict.querySelector("[data-expected]").textContent = expectedInWords(question.expected);
    this.verdict.querySelector("[data-explanation]").textContent = tied(question.explanation);
    this.stage.view.mark((letter) => markOf(letter, choices, question.expected));
    this.validate.hidden = true;
    this.verdict.hidden = this.next.hidden = false;
    this.tellCount();
    title.focus();
  }

  // --- The end -------------------------------------------------------------------------------------------------

  end() {
    this.stopped = true;
    this.stage.halt();
    this.memory.keep(null);
    this.results.show(this.answered().map((question) => ({ question, choices: this.run.answers[question.q] })));
    this.screens.show("results");
  }
}
