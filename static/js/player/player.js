/**
 * The course of a sitting: who may play, then one question after the other, then the ending.
 *
 * Where we are is never counted: the question in progress is the first of this candidate's order without a final
 * answer, and when its time began lies on the disk. So a reload, a sleep or a crash changes nothing, and neither does
 * the order in which the supervisor's decisions arrive.
 */
import { Unreachable } from "./api.js";
import { done, ending } from "./ending.js";
import * as span from "./span.js";
import { Stage, pressed } from "./stage.js";
import { countInWords } from "./standing.js";
import { Trial } from "./trial.js";
import { tutorial } from "./tutorial.js";
import { Watch } from "./watch.js";

const RETRY = 2000;
const SLOW = 100; // milliseconds of somebody's time to answer that a disk may take

const UNKEPT =
  "Cet appareil n’arrive plus à garder vos réponses. L’épreuve continue : elles partent directement vers la " +
  "plateforme. Ne fermez pas cette page.";

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
    this.untimed = !data.mode.timed;
    this.question = null; // the one that is being answered
    /** @type {?import("./span.js").Span} */
    this.span = null; // its time
    this.stopped = false;
    this.goOn = () => {};
    this.watch = new Watch(data.urls.signal, data.signal, () => this.ask());

    const section = screens.get("question");
    this.stage = new Stage(section, data.mode, {
      onChange: () => (this.trial.active ? this.trial.changed() : this.changed()),
      onSleep: () => this.watch.again(),
    });
    this.trial = new Trial(section, data, this.stage);
    this.next = section.querySelector("[data-next-question]");
    this.unkept = section.querySelector("[data-unkept]");
    this.counts = root.querySelectorAll("[data-count]");
    for (const button of root.querySelectorAll("[data-enter]")) button.addEventListener("click", () => this.begin());

    Object.assign(delivery.events, {
      onAnswer: (answer) => this.tell(answer),
      onDisk: (kept) => {
        const words = kept ? "" : UNKEPT;
        if (this.unkept.textContent !== words) this.unkept.textContent = words; // said once
      },
      onSignal: (signal) => this.watch.saw(signal),
      onStanding: (kind) => this.supervised(kind),
      onClosed: () => this.closed(),
      onRefusal: (reason) => this.refused(reason),
    });
  }

  /** Open at the right place: receipt, tutorial, or the question in progress. */
  open() {
    if (this.delivery.receipt) return done(this.screens, this.delivery.receipt);
    if (this.data.state === "closed" && !this.delivery.token) return this.screens.show("closed");
    if (this.data.state !== "not_started") return this.enter();
    this.stage.preload(this.data.questions);
    tutorial(this.screens.get("tutorial"), {
      onEnd: () => this.screens.show("ready"),
      onTry: () => this.tryOne().catch((error) => this.fail(error)),
    });
    return this.screens.show("tutorial");
  }

  /** « Essayer une question », as often as one wants; then back to the tutorial, where one was. */
  async tryOne() {
    this.stage.unlock(this.data.trial);
    this.screens.show("question");
    await this.trial.play();
    this.stage.preload(this.data.questions);
    this.screens.show("tutorial");
  }

  /** « Commencer l'épreuve »: the click that lets the sound play. */
  begin() {
    const first = this.current();
    if (first) this.stage.unlock(first);
    this.enter().catch((error) => this.fail(error));
  }

  async enter() {
    this.screens.show("entering");
    const standing = await this.standing();
    this.watch.known = this.delivery.signal;
    if (standing.kind === "running") return this.run();
    if (standing.kind === "closed") return this.end();
    if (standing.kind === "void") return this.voided();
    if (standing.kind === "early") {
      const opens = new Date(standing.startsAt);
      const hour = opens.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
      this.screens.get("early").querySelector("[data-hour]").textContent = hour;
    }
    const held = this.screens.get("elsewhere").querySelector("[data-held]");
    held.hidden = !(this.delivery.seal && this.delivery.own().length);
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
        if (this.delivery.epoch) return { kind: "running" };
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
    this.watch.start();
    this.count();
    for (let question = this.current(); question && !this.stopped; question = this.current()) {
      await this.askOne(question);
    }
    if (!this.stopped) this.end();
  }

  // --- One question ------------------------------------------------------------------------------------------

  async askOne(question) {
    const { questions } = this.data;
    const index = questions.indexOf(question);
    await this.unpaused();
    if (this.stopped) return;
    const begun = this.untimed ? null : this.store.recall("current");
    const resumed = Boolean(begun) && begun.q === question.q;
    if (resumed) this.settle(begun);
    if (!resumed || this.left() > 0) {
      this.screens.show("question");
      await this.stage.present(question, {
        position: index + 1,
        total: questions.length,
        coming: questions.slice(index + 1),
        spread: this.untimed ? RETRY : this.delivery.terms.answerMs / 3,
        resumed,
      });
      if (this.stopped) return;
      if (!resumed) await this.startTime(question);
      await this.unpaused(); // a pause that began just now: this question's time stands still from its first instant
      if (this.stopped) return;
      this.show(question);
      const length = () => this.delivery.terms.answerMs;
      await (this.untimed ? pressed(this.next) : this.stage.timer.run(() => this.left(), length));
      if (this.stopped) return;
    }
    await this.close(question);
  }

  /** The time begins: that it did is on the disk before anything can be read. What a slow disk took is given back. */
  async startTime(question) {
    const begin = () => span.begin(question.q, this.delivery.terms, this.clock.now());
    this.span = begin();
    if (this.untimed) return;
    await this.delivery.remember({ current: this.span });
    const begun = begin();
    if (begun.startedAt - this.span.startedAt < SLOW) return;
    this.span = begun;
    this.delivery.remember({ current: begun });
  }

  /** Milliseconds left to answer the question in progress. */
  left() {
    if (this.clock.now() < this.span.startedAt) this.settle(this.span);
    return span.left(this.span, this.delivery.terms, this.clock.now());
  }

  show(question) {
    const answer = this.delivery.answers.get(question.q);
    this.question = question;
    this.stage.ask(question, answer ? answer.choices : "");
    this.stage.view.tell(this.delivery.standing(question.q));
  }

  /** What is chosen when the time ends, or « Suivant » is pressed, is the answer; nothing chosen is an answer too. */
  async close(question) {
    const answer = this.delivery.answers.get(question.q);
    const elapsed = this.elapsed();
    this.question = this.span = null;
    this.stage.close();
    await this.delivery.answer(question.q, answer ? answer.choices : "", true, elapsed);
  }

  /** The candidate clicked. A click after the end, on a page that was late to close, does not count. */
  changed() {
    if (!this.question || (!this.untimed && this.left() <= 0)) return;
    this.delivery.answer(this.question.q, this.stage.view.choices(), false, this.elapsed());
  }

  /** Milliseconds since the question's time began, without those of a pause; never more than its time. */
  elapsed() {
    const { answerMs } = this.delivery.terms;
    const elapsed = answerMs - this.left();
    return Math.max(0, this.untimed ? elapsed : Math.min(elapsed, answerMs));
  }

  // --- The supervisor ------------------------------------------------------------------------------------------

  /** Ask how the sitting stands, and resolve with the signal of that moment. */
  async ask() {
    await this.delivery.ask();
    return this.delivery.signal;
  }

  /** The standing as the platform has just said it. */
  supervised(kind) {
    if (kind === "void") return this.voided();
    if (this.stopped) return kind === "running" && this.screens.shown === "void" && location.reload();
    if (kind === "closed") return this.end();
    const still = this.delivery.terms.pausedAt !== null;
    if (this.span) this.settle(this.span);
    this.stage.hold(still);
    if (still) return this.screens.show("paused");
    if (this.screens.shown === "paused") this.screens.show("question");
    return this.goOn();
  }

  /** Lay the time of the question in progress beside what is known of the pauses and of the platform's clock. */
  settle(time) {
    this.span = span.settled(time, this.delivery.terms, this.clock.now());
    if (this.span.pausedMs !== time.pausedMs) this.delivery.remember({ current: this.span });
  }

  /** Resolve when time does not stand still; until then nothing of the question is to be seen. */
  async unpaused() {
    while (this.delivery.terms.pausedAt !== null && !this.stopped) {
      this.screens.show("paused");
      await new Promise((resolve) => {
        this.goOn = resolve;
      });
    }
  }

  // --- What the candidate is told ------------------------------------------------------------------------------

  tell(answer) {
    if (this.question && this.question.q === answer.q) this.stage.view.tell(this.delivery.standing(answer.q));
    this.count();
  }

  /** How many answers are where, on every screen that says so; quiet, for it changes at every click. */
  count() {
    const words = countInWords(this.delivery.standings());
    for (const place of this.counts) place.textContent = words;
  }

  // --- The end -----------------------------------------------------------------------------------------------

  halt() {
    this.stopped = true;
    this.question = null;
    this.stage.halt();
    this.watch.stop();
    this.goOn();
  }

  /** The platform takes no more answers. It may be a technical absence; else the finish tells whether it holds ours. */
  async closed() {
    let kind = "";
    try {
      kind = await this.delivery.ask();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
    if (kind !== "void") this.end();
  }

  /** A technical absence: nothing is sent any more; should it be taken back, the exam goes on. */
  voided() {
    this.halt();
    this.delivery.refused = "void";
    this.screens.show("void");
    this.watch.start();
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
    if (reason === "closed") this.closed();
  }
}
