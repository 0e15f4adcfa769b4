/**
 * The question's screen and everything on it: scene, voice, statement, bricks, time. It plays one question after the
 * other, each once its media are here, and knows neither where they come from nor what becomes of the answers.
 */
import { Media } from "./media.js";
import { QuestionView } from "./question.js";
import { Reading } from "./reading.js";
import { Scene } from "./scene.js";
import { Timer } from "./timer.js";

const QUICK = 700; // milliseconds of waiting for media that need no explanation

// Milliseconds over which the room's requests for the second question and the third are spread, before the first.
const SPREAD = 10_000;

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
    this.halted = false;
    this.view = new QuestionView(section, onChange);
    this.timer = new Timer(section, onSleep);
    const audio = section.querySelector("[data-reading]");
    const video = section.querySelector("video");
    this.media = new Media({
      canPlayVideo: (type) => video.canPlayType(type),
      canPlaySound: (type) => audio.canPlayType(type),
    });
    this.reading = new Reading(audio, this.media, {
      onPart: (part) => this.view.point(part),
      onState: (playing) => section.classList.toggle("is-reading", playing),
    });
    this.scene = new Scene(section, this.media, { controls: mode.controls, onReplay: () => this.reading.stop() });
    this.told = section.querySelector("[data-tell-again]");
    this.told.addEventListener("click", () => this.tellAgain());
    section.querySelector("[data-again]").addEventListener("click", () => this.readAgain());
    section.querySelector("[data-mute]").addEventListener("click", (event) => this.mute(event.currentTarget));
  }

  /** To be called in a click: earns the right to be heard later. */
  unlock(question) {
    this.scene.unlock(question);
    this.reading.unlock();
  }

  /** Before the beginning: the media of the first question, and once they are here, those of the next ones. */
  async preload([question, ...coming]) {
    if (await this.media.ready(question, coming, true)) this.media.prepare(question, coming, SPREAD);
  }

  /**
   * Play a question's scene, or show its picture, and resolve when the question may be asked.
   * @param {Object} question
   * @param {{position: number, total: number, coming: Object[], spread: number, resumed?: boolean}} where among the
   *   questions, and which come after it; over how many milliseconds the room's requests for their media are spread;
   *   whether it was being answered when the page came back
   */
  async present(question, { position, total, coming, spread, resumed = false }) {
    this.question = question;
    this.view.watch(position, total);
    this.told.hidden = !question.audioDescription;
    if (!resumed) await this.arrival(question, coming);
    if (this.halted) return;
    // A question that is being answered waits for nothing: what of it is not here, its elements ask for themselves.
    if (!resumed) this.media.prepare(question, coming, spread);
    else if (coming.length) this.media.prepare(coming[0], coming.slice(1), spread);
    const facts = this.media.facts(question);
    this.reading.load(question, facts);
    if (resumed) this.scene.picture(question);
    else await this.scene.play(question, facts);
  }

  /** Wait until a question's media are here, or do not come. The candidate is told, should it last. */
  async arrival(question, coming) {
    const late = setTimeout(() => this.scene.expect(question), QUICK);
    performance.mark("media-wanted"); // for whoever looks into how a room fares: what is the line's, what the device's
    await this.media.ready(question, coming);
    performance.mark("media-here");
    clearTimeout(late);
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
    this.media.hold(still);
    this.scene.hold(still);
    this.reading.hold(still);
  }

  halt() {
    this.halted = true;
    this.timer.stop();
    this.media.stop();
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
}
