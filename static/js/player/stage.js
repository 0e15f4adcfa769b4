/**
 * The question's screen and everything on it: scene, voice, statement, bricks, time. It plays one question after the
 * other and knows neither where they come from nor what becomes of the answers.
 */
import { QuestionView } from "./question.js";
import { Reading, mediaFacts } from "./reading.js";
import { Scene } from "./scene.js";
import { Timer } from "./timer.js";

/** Resolve when a button is pressed. @param {HTMLButtonElement} button */
export function pressed(button) {
  return new Promise((resolve) => {
    button.onclick = resolve;
  });
}

/**
 * @typedef {Object} Mode how the player behaves (`exams/rules.py`)
 * @property {boolean} timed the next question comes by itself when the time is over
 * @property {boolean} controls the video can be paused and watched again
 * @property {boolean} corrects the correction of each question shows at once
 * @property {boolean} delivers answers go to the establishment
 */

export class Stage {
  /**
   * @param {HTMLElement} section the question's screen
   * @param {Mode} mode
   * @param {{onChange: () => void, onSleep: () => void}} events the answer was changed; the device seems to have slept
   */
  constructor(section, mode, { onChange, onSleep }) {
    this.section = section;
    this.question = null; // the one on the screen
    this.facts = new Map(); // question number → promise of its media's facts
    this.view = new QuestionView(section, onChange);
    this.timer = new Timer(section, onSleep);
    this.reading = new Reading(section.querySelector("[data-reading]"), {
      onPart: (part) => this.view.point(part),
      onState: (playing) => section.classList.toggle("is-reading", playing),
    });
    this.scene = new Scene(section, { controls: mode.controls, onReplay: () => this.reading.stop() });
    this.told = section.querySelector("[data-tell-again]");
    this.told.addEventListener("click", () => this.tellAgain());
    section.querySelector("[data-again]").addEventListener("click", () => this.readAgain());
    section.querySelector("[data-mute]").addEventListener("click", (event) => this.mute(event.currentTarget));
  }

  /** To be called in a click: earns the right to be heard later. */
  unlock(question) {
    this.scene.unlock(question);
    this.reading.unlock(question);
  }

  preload(question) {
    this.scene.preload(question);
  }

  /** Load another question's media within a random while, and no more. */
  prepare(question, spread) {
    this.factsOf(question);
    this.scene.preloadSoon(question, spread);
  }

  /**
   * Play a question's scene, or show its picture, and resolve when the question may be asked.
   * @param {{position: number, total: number, resumed?: boolean}} where among the questions; whether it was being
   *   answered when the page came back
   */
  async present(question, { position, total, resumed = false }) {
    this.question = question;
    this.view.watch(position, total);
    this.told.hidden = !question.audioDescription;
    const facts = this.factsOf(question);
    this.reading.load(question, facts);
    if (resumed) this.scene.picture(question);
    else await this.scene.play(question, facts);
  }

  /** Ask the question, on the screen and aloud. @param {string} choices the letters chosen so far */
  ask(question, choices) {
    this.view.ask(question, choices);
    this.reading.play(true);
  }

  /** Nothing can be changed any more. */
  close() {
    this.view.close();
    this.hush();
  }

  hush() {
    this.reading.stop();
    this.scene.hush();
  }

  /** Stand still, and go on from there. */
  hold(still) {
    this.scene.hold(still);
    this.reading.hold(still);
  }

  halt() {
    this.timer.stop();
    this.reading.stop();
    this.scene.stop();
  }

  readAgain() {
    this.scene.hush();
    this.reading.play();
  }

  tellAgain() {
    this.reading.stop();
    this.scene.tellAgain(this.question);
  }

  mute(button) {
    const silent = this.reading.toggle();
    this.scene.voice.muted = silent;
    button.textContent = silent ? "Remettre le son" : "Couper le son";
  }

  factsOf(question) {
    if (!this.facts.has(question.q)) this.facts.set(question.q, mediaFacts(question));
    return this.facts.get(question.q);
  }
}
