/**
 * The course of a sitting: who may play, then one question after the other, then the ending.
 *
 * Where we are is never counted: the question in progress is the first of this candidate's order without a final
 * answer, and its end point lies on the disk. So a reload, a sleep or a crash changes nothing.
 */
import { Unreachable } from "./api.js";
import { done, ending } from "./ending.js";
import { QuestionView } from "./question.js";
import { Reading, mediaFacts } from "./reading.js";
import { Scene } from "./scene.js";
import { Timer } from "./timer.js";
import { tutorial } from "./tutorial.js";

const RETRY = 2000;

const STANDING_SCREENS = { elsewhere: "elsewhere", over: "over", early: "early", unknown: "broken", malformed: "broken" };

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Player {
  /**
   * @param {Object} data the page's `player-data`
   * @param {HTMLElement} root
   * @param {{screens: Object, delivery: Object, store: Object, clock: Object}} parts
   */
  constructor(data, root, { screens, delivery, store, clock }) {
    this.data = data;
    this.screens = screens;
    this.delivery = delivery;
    this.store = store;
    this.clock = clock;
    this.untimed = data.mode === "untimed_training";
    this.question = null; // the one that is being answered
    this.since = 0; // when its time began, server milliseconds
    this.stopped = false;
    this.facts = new Map(); // question number → promise of its media's facts

    const section = screens.get("question");
    this.view = new QuestionView(section, () => this.changed());
    this.scene = new Scene(section, { controls: this.untimed });
    this.timer = new Timer(section, clock, () => delivery.askTime());
    this.reading = new Reading(section.querySelector("audio"), {
      onPart: (part) => this.view.point(part),
      onState: (playing) => section.classList.toggle("is-reading", playing),
    });
    this.next = section.querySelector("[data-next-question]");
    section.querySelector("[data-again]").addEventListener("click", () => this.reading.play());
    section.querySelector("[data-mute]").addEventListener("click", (event) => this.mute(event.currentTarget));
    for (const button of root.querySelectorAll("[data-enter]")) button.addEventListener("click", () => this.begin());

    Object.assign(delivery.events, {
      onAnswer: (answer) => this.tell(answer),
      onClosed: () => this.end(),
      onRefusal: (reason) => this.refused(reason),
    });
  }

  /** Open at the right place: receipt, tutorial, or the question in progress. */
  open() {
    if (this.delivery.receipt) return done(this.screens, this.delivery.receipt);
    if (this.data.state === "closed" && !this.delivery.token) return this.screens.show("closed");
    if (this.data.state !== "not_started") return this.enter();
    this.scene.preload(this.data.questions[0]);
    tutorial(this.screens.get("tutorial"), () => this.screens.show("ready"));
    return this.screens.show("tutorial");
  }

  /** « Commencer l'épreuve »: the click that lets the sound play. */
  begin() {
    const first = this.current();
    if (first) this.reading.unlock(first);
    this.enter().catch((error) => this.fail(error));
  }

  async enter() {
    this.screens.show("entering");
    const standing = await this.standing();
    if (standing.kind === "running") return this.run();
    if (standing.kind === "closed") return this.end();
    if (standing.kind === "early") {
      const opens = new Date(standing.startsAt);
      const hour = opens.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
      this.screens.get("early").querySelector("[data-hour]").textContent = hour;
    }
    return this.screens.show(STANDING_SCREENS[standing.kind]);
  }

  /** Ask the platform to let us in, for as long as it takes; what was begun here goes on without it. */
  async standing() {
    const slow = this.screens.get("entering").querySelector("[data-slow]");
    slow.hidden = true;
    for (;;) {
      try {
        return await this.delivery.enter();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        if (this.delivery.epoch) {
          this.delivery.enterUnheard();
          return { kind: "running" };
        }
        slow.hidden = false;
        await wait(RETRY * (0.75 + Math.random() / 2));
      }
    }
  }

  /** The question in progress, or undefined when all have their final answer. */
  current() {
    return this.data.questions.find(({ q }) => !this.delivery.isFinal(q));
  }

  async run() {
    this.delivery.run();
    for (let question = this.current(); question && !this.stopped; question = this.current()) {
      await this.ask(question);
    }
    if (!this.stopped) this.end();
  }

  // --- One question ------------------------------------------------------------------------------------------

  async ask(question) {
    const { questions } = this.data;
    const index = questions.indexOf(question);
    const begun = this.untimed ? null : await this.store.recall("current").catch(() => null);
    const resumed = begun && begun.q === question.q;
    if (!resumed || this.clock.now() < begun.endsAt) {
      this.screens.show("question");
      this.view.watch(index + 1, questions.length);
      const facts = this.factsOf(question);
      this.reading.load(question, facts);
      if (resumed) this.scene.picture(question);
      else await this.scene.play(question, facts);
      if (this.stopped) return;
      const time = resumed ? begun : await this.startTime(question);
      this.show(question, time.startedAt);
      if (index + 1 < questions.length) this.prepare(questions[index + 1]);
      await (this.untimed ? this.untilNext() : this.timer.until(time.endsAt, this.delivery.answerMs));
      if (this.stopped) return;
    }
    await this.close(question);
  }

  /** The time begins: its end point is on the disk before anything can be read. */
  async startTime(question) {
    const startedAt = this.clock.now();
    const time = { q: question.q, startedAt, endsAt: startedAt + this.delivery.answerMs };
    if (!this.untimed) await this.store.remember({ current: time }).catch(() => {});
    return time;
  }

  show(question, startedAt) {
    const answer = this.delivery.answers.get(question.q);
    this.question = question;
    this.since = startedAt;
    this.view.ask(question, answer ? answer.choices : "");
    this.view.tell(this.delivery.standing(question.q));
    this.reading.play();
  }

  untilNext() {
    return new Promise((resolve) => {
      this.next.onclick = resolve;
    });
  }

  /** What is chosen when the time ends, or « Suivant » is pressed, is the answer; nothing chosen is an answer too. */
  async close(question) {
    const answer = this.delivery.answers.get(question.q);
    const elapsed = this.question === question ? this.clock.now() - this.since : this.delivery.answerMs;
    this.question = null;
    this.view.close();
    this.reading.stop();
    const t = Math.max(0, this.untimed ? elapsed : Math.min(elapsed, this.delivery.answerMs));
    await this.delivery.answer(question.q, answer ? answer.choices : "", true, t);
  }

  /** The candidate clicked. A click after the end point, on a page that was late to close, does not count. */
  changed() {
    const elapsed = this.clock.now() - this.since;
    if (!this.question || (!this.untimed && elapsed >= this.delivery.answerMs)) return;
    this.delivery.answer(this.question.q, this.view.choices(), false, Math.max(0, elapsed));
  }

  tell(answer) {
    if (this.question && this.question.q === answer.q) this.view.tell(this.delivery.standing(answer.q));
  }

  factsOf(question) {
    if (!this.facts.has(question.q)) this.facts.set(question.q, mediaFacts(question));
    return this.facts.get(question.q);
  }

  /** While one question is being answered, load the next one's media, and no more. */
  prepare(question) {
    this.factsOf(question);
    this.scene.preloadSoon(question, this.untimed ? RETRY : this.delivery.answerMs / 3);
  }

  mute(button) {
    const silent = this.reading.toggle();
    button.textContent = silent ? "Remettre le son" : "Couper le son";
  }

  // --- The end -----------------------------------------------------------------------------------------------

  halt() {
    this.stopped = true;
    this.question = null;
    this.timer.stop();
    this.reading.stop();
    this.scene.stop();
  }

  end() {
    if (this.stopped) return;
    this.halt();
    ending(this.screens, this.delivery);
  }

  /** A fault of this page or of this browser: say so instead of standing still. */
  fail(error) {
    console.error(error);
    this.halt();
    this.screens.show("broken");
  }

  refused(reason) {
    this.halt();
    this.screens.show(reason === "elsewhere" ? "taken" : "refused");
  }
}
