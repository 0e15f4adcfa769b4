import { silence } from "./media.js";
import { voiceOf } from "./preload.js";

/**
 * The voice that reads a question, and what it is reading right now. Everything works without it. Whoever has chosen
 * « Deuxième lecture » hears it twice, as far as the time goes.
 *
 * One audio element for the whole exam: some browsers let only the element play that a click has started once.
 */
export class Reading {
  /**
   * @param {HTMLAudioElement} audio
   * @param {import("./media.js").Media} media where the files are played from
   * @param {{onPart: (part: string) => void, onState: (playing: boolean) => void}} events
   */
  constructor(audio, media, { onPart, onState }) {
    this.audio = audio;
    this.media = media;
    this.question = null;
    this.cues = [];
    this.onPart = onPart;
    this.held = false; // it was reading when time began to stand still
    this.again = false; // a second reading is still due
    audio.addEventListener("ended", () => this.readTwice());
    audio.addEventListener("timeupdate", () => this.follow());
    audio.addEventListener("error", () => this.fallBack());
    for (const name of ["play", "pause", "ended", "error", "emptied"]) {
      audio.addEventListener(name, () => {
        onState(!audio.paused && !audio.ended);
        if (audio.paused || audio.ended) onPart("");
      });
    }
  }

  /** To be called in a click: earns the right to play later. */
  unlock() {
    this.audio.src = silence();
    this.audio.play().catch(() => {});
    this.audio.pause();
  }

  /**
   * Take a question's reading, from memory when it is there.
   * @param {Promise<?{cues: {start: number, end: number, part: string}[]}>} facts what is known of its media
   */
  load(question, facts) {
    this.question = question;
    this.cues = [];
    facts.then((known) => {
      if (known && known.cues && this.question === question) this.cues = known.cues;
    });
    this.audio.preload = "auto";
    this.audio.src = this.addressOf(question);
  }

  addressOf(question) {
    return this.media.address(voiceOf(question, (type) => this.audio.canPlayType(type)).src);
  }

  /** The file does not play after all: take the one that everything plays, and go on if it was being read. */
  fallBack() {
    const { question, audio } = this;
    if (!question || audio.getAttribute("src") === question.reading) return;
    const wanted = !audio.paused;
    audio.src = question.reading;
    if (wanted) audio.play().catch(() => {});
  }

  /** @param {boolean} [first] the question has just been asked */
  play(first = false) {
    this.again = first;
    if (this.audio.readyState) this.audio.currentTime = 0;
    this.audio.play().catch(() => {}); // refused or not there: the button and the text remain
  }

  /** The first reading has ended. The choice is looked at only now, for it may be changed meanwhile. */
  readTwice() {
    if (this.again && document.documentElement.dataset.twice) this.play();
  }

  stop() {
    this.again = this.held = false;
    this.audio.pause();
  }

  /** Stand still, and go on from there. */
  hold(still) {
    if (still && !this.audio.paused) {
      this.held = true;
      this.audio.pause();
    } else if (!still && this.held) {
      this.held = false;
      this.audio.play().catch(() => {});
    }
  }

  /** @returns {boolean} whether the sound is off now */
  toggle() {
    this.audio.muted = !this.audio.muted;
    return this.audio.muted;
  }

  follow() {
    const at = this.audio.currentTime;
    const cue = this.cues.find(({ start, end }) => start <= at && at < end);
    this.onPart(cue ? cue.part : "");
  }
}
