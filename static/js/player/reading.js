/**
 * The voice that reads a question, and what it is reading right now. Everything works without it. Whoever has chosen
 * « Deuxième lecture » hears it twice, as far as the time goes.
 *
 * One audio element for the whole exam: some browsers let only the element play that a click has started once.
 */
export class Reading {
  /**
   * @param {HTMLAudioElement} audio
   * @param {{onPart: (part: string) => void, onState: (playing: boolean) => void}} events
   */
  constructor(audio, { onPart, onState }) {
    this.audio = audio;
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
  unlock(question) {
    this.load(question, Promise.resolve(null));
    this.audio.play().catch(() => {});
    this.audio.pause();
  }

  /**
   * Begin to load a question's reading.
   * @param {Promise<?{cues: {start: number, end: number, part: string}[]}>} facts what is known of its media
   */
  load(question, facts) {
    this.question = question;
    this.cues = [];
    facts.then((known) => {
      if (known && known.cues && this.question === question) this.cues = known.cues;
    });
    const file = this.fileOf(question);
    if ([file, question.reading].includes(this.audio.getAttribute("src"))) return;
    this.audio.preload = "auto";
    this.audio.src = file;
  }

  /** The lightest file that this browser is sure to play; else the one that everything plays. */
  fileOf(question) {
    const sure = question.readings.find(({ type }) => this.audio.canPlayType(type) === "probably");
    return sure ? sure.src : question.reading;
  }

  /** The file does not play after all: take the one that everything plays, and go on if it was being read. */
  fallBack() {
    const { question, audio } = this;
    if (!question || audio.getAttribute("src") === question.reading || audio.getAttribute("src") !== this.fileOf(question)) return;
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

/** What `media.json` says of a question's media, or null when it does not arrive. */
export async function mediaFacts(question) {
  try {
    const reply = await fetch(question.media, { credentials: "omit" });
    return reply.ok ? await reply.json() : null;
  } catch (error) {
    return null;
  }
}
