/**
 * The video of a question. It plays from memory: whoever plays it has waited for its media.
 *
 * For those who do not see it (AER) a voice describes the video while it plays. The description is the longer of the
 * two: the last picture stays until it has ended, so that nothing of it is lost and no time to answer is spent on it.
 *
 * A video that cannot be played gives way to its still picture and its description in words, a voice that cannot be
 * heard to the words alone.
 */
import { silence } from "./media.js";
import { Playback } from "./playback.js";
import { videosOf } from "./preload.js";

const LOOK = 500; // how often a lapse of time is looked at
const USUAL_LENGTH = 8; // seconds, when the media's facts did not arrive
const READING_RATE = 14; // characters a second, when the length of the description is not known

export class Scene {
  /**
   * @param {HTMLElement} root holds `[data-frame]` with a video, `[data-still]` and `[data-play]`; `[data-notice]`,
   *   `[data-description]`, `[data-continue]` and the audio element `[data-described]`
   * @param {import("./media.js").Media} media where the files are played from
   * @param {{controls: boolean, onReplay: () => void}} options whether the video can be paused and watched again; told
   *   that it is
   */
  constructor(root, media, { controls, onReplay }) {
    this.media = media;
    this.controls = controls;
    this.onReplay = onReplay;
    this.video = root.querySelector("video");
    this.voice = root.querySelector("[data-described]");
    this.frame = root.querySelector("[data-frame]");
    this.still = root.querySelector("[data-still]");
    this.playButton = root.querySelector("[data-play]");
    this.goOn = root.querySelector("[data-continue]");
    this.description = root.querySelector("[data-description]");
    this.notice = root.querySelector("[data-notice]");
    this.waiting = null;
    this.held = false; // time stands still
    /** @type {Set<Playback>} what has begun and not ended */
    this.playing = new Set();
    this.voicePaused = false; // because the video is
    this.blocked = new Set();
    const { video } = this;
    video.muted = true; // the scenes are silent; said so, no browser refuses to start them
    video.controls = controls;
    if (!controls) video.addEventListener("contextmenu", (event) => event.preventDefault());
    else for (const name of ["play", "pause"]) video.addEventListener(name, () => this.controlled(video));
    this.playButton.onclick = () => {
      for (const playback of this.playing) playback.start();
    };
    this.still.addEventListener("error", () => {
      this.frame.hidden = true; // the words remain
    });
  }

  /** To be called in a click: earns the right to be heard later. */
  unlock(question) {
    if (!question.audioDescription) return;
    this.voice.src = silence();
    this.voice.play().catch(() => {});
    this.voice.pause();
  }

  /** The question's media are on their way: nothing of the last one is left on the screen, and why is said. */
  expect(question) {
    this.describe(question, false);
    this.drop(this.video);
    this.still.hidden = true;
    this.notice.textContent = this.notice.dataset.awaited;
  }

  /**
   * Show a question's scene and resolve when it was seen and heard, or could have been.
   * @param {Promise<?{video_seconds: number, description_seconds?: number}>} facts what is known of its media
   */
  async play(question, facts) {
    this.describe(question, false);
    const told = question.audioDescription ? this.tell(question) : Promise.resolve(true);
    const seen = await this.watch(question);
    if (!seen) this.picture(question, true);
    const heard = await told;
    if (!heard) this.write(question);
    if (seen && heard) return;
    if (this.controls) return this.asked();
    const known = (await Promise.race([facts, null])) || {}; // what has come by now
    const reading = heard ? 0 : known.description_seconds || question.description.length / READING_RATE;
    const watching = seen || (heard && question.audioDescription) ? 0 : known.video_seconds || USUAL_LENGTH;
    return this.lapse(Math.max(reading, watching) * 1000);
  }

  /** Play the video: the first of its files that can be played. */
  async watch(question) {
    this.show(this.video);
    for (const { src } of videosOf(question, (type) => this.video.canPlayType(type))) {
      if (this.media.lacks(src)) break; // it is the network that does not deliver
      this.video.src = this.media.address(src);
      if (await this.played(this.video)) return true;
      if (!this.video.error) break;
    }
    this.drop(this.video);
    return false;
  }

  /** Play the description, aloud. */
  async tell(question) {
    this.voicePaused = false;
    if (this.media.lacks(question.audioDescription)) return false;
    this.voice.src = this.media.address(question.audioDescription);
    return this.played(this.voice);
  }

  /** « Réécouter la description »; the voice stops when the time is over. */
  tellAgain(question) {
    const src = this.media.address(question.audioDescription);
    if (this.voice.getAttribute("src") !== src) this.voice.src = src;
    if (this.voice.readyState) this.voice.currentTime = 0;
    this.voice.play().catch(() => this.write(question));
  }

  hush() {
    this.voice.pause();
  }

  /** The person has stopped or started the video by its controls: the description goes with it. */
  controlled(video) {
    if (video !== this.video || this.held) return;
    if (video.paused) {
      this.voicePaused = !video.ended && !this.voice.paused;
      if (this.voicePaused) this.voice.pause();
      return;
    }
    this.onReplay();
    if (!this.voice.getAttribute("src")) return;
    const again = video.currentTime < 0.5 && this.voice.currentTime > 0.5;
    if (again) this.voice.currentTime = 0;
    if (again || this.voicePaused) this.voice.play().catch(() => {});
    this.voicePaused = false;
  }

  /** Let a time pass, without what passes while time stands still. */
  lapse(milliseconds) {
    let left = milliseconds;
    let seen = performance.now();
    return new Promise((resolve) => {
      const look = () => {
        const now = performance.now();
        if (!this.held) left -= now - seen;
        seen = now;
        if (left <= 0) return resolve();
        this.waiting = setTimeout(look, LOOK);
        return undefined;
      };
      look();
    });
  }

  /** Where nothing is timed, one goes on when one has read: « Continuer ». */
  asked() {
    this.goOn.hidden = false;
    return new Promise((resolve) => {
      this.goOn.onclick = () => {
        this.goOn.hidden = true;
        resolve();
      };
    });
  }

  /** Stand still, and go on from there. */
  hold(still) {
    this.held = still;
    if (still) this.hush();
    for (const playback of this.playing) playback.hold(still);
  }

  /** Show the scene without playing it: it cannot be played, or the question was already being answered. */
  picture(question, described = false) {
    this.describe(question, described);
    if (described) this.notice.textContent = this.notice.dataset.noVideo;
    this.show(this.still);
    this.still.src = question.still;
  }

  /** The description was not heard: it is written, and said by the screen reader. */
  write(question) {
    this.description.open = true;
    this.notice.textContent = `${this.notice.dataset.noVoice} ${question.description}`;
  }

  describe(question, open) {
    this.notice.textContent = "";
    this.goOn.hidden = true;
    this.description.open = open || Boolean(question.audioDescription && document.documentElement.dataset.captions);
    this.description.querySelector("[data-text]").textContent = question.description;
  }

  show(element) {
    this.frame.hidden = false;
    for (const other of [this.video, this.still]) other.hidden = other !== element;
  }

  /** Let go of a medium and of what it was loading. */
  drop(media) {
    media.pause();
    media.removeAttribute("src");
    media.load();
    if (media !== this.voice) media.hidden = true;
  }

  stop() {
    clearTimeout(this.waiting);
    for (const playback of this.playing) playback.stop();
    for (const media of [this.video, this.voice]) this.drop(media);
  }

  /** @returns {Promise<boolean>} see Playback.run */
  async played(media) {
    const playback = new Playback(media, {
      controls: this.controls,
      held: this.held,
      onBlocked: () => this.blocks(media, true),
      onGoing: () => this.blocks(media, false),
    });
    this.playing.add(playback);
    const ended = await playback.run();
    this.playing.delete(playback);
    this.blocks(media, false);
    return ended;
  }

  /** While the browser wants a click before a medium may play, « Lancer la vidéo » is there for it. */
  blocks(media, blocked) {
    if (blocked) this.blocked.add(media);
    else this.blocked.delete(media);
    this.playButton.hidden = !this.blocked.size;
  }
}
