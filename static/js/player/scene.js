/**
 * The video of a question: one element plays while the other loads the next, and nobody waits for the network.
 *
 * A video that does not advance for 8 s gives way to its still picture and its description in words.
 */

const PATIENCE = 8000;
const LOOK = 500; // how often the advance is looked at
const USUAL_LENGTH = 8; // seconds, when the media's facts did not arrive

export class Scene {
  /**
   * @param {HTMLElement} root holds `[data-frame]` with two videos, `[data-still]` and `[data-play]`; `[data-notice]`, `[data-description]`
   * @param {{controls: boolean}} mode whether the video can be paused and watched again
   */
  constructor(root, { controls }) {
    this.controls = controls;
    [this.video, this.spare] = root.querySelectorAll("video");
    this.frame = root.querySelector("[data-frame]");
    this.still = root.querySelector("[data-still]");
    this.playButton = root.querySelector("[data-play]");
    this.description = root.querySelector("[data-description]");
    this.notice = root.querySelector("[data-notice]");
    this.waiting = null;
    this.held = false; // time stands still
    this.playing = false; // a video has begun and not ended
    this.settle = () => {};
    for (const video of [this.video, this.spare]) {
      video.muted = true; // the scenes are silent; said so, no browser refuses to start them
      video.controls = controls;
      if (!controls) video.addEventListener("contextmenu", (event) => event.preventDefault());
    }
    this.still.addEventListener("error", () => {
      this.frame.hidden = true; // the words remain
    });
  }

  /** Begin to load a question's video and still, in elements that are not shown. */
  preload(question) {
    this.spare.preload = "auto";
    this.spare.src = question.video;
    this.spare.load();
    new Image().src = question.still;
  }

  /** Preload after a random while below `spread` milliseconds: a room of thirty does not ask at once. */
  preloadSoon(question, spread) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.preload(question), Math.random() * spread);
  }

  /**
   * Show a question's scene and resolve when it was seen, or could have been.
   * @param {Promise<?{video_seconds: number}>} facts what is known of its media
   */
  async play(question, facts) {
    clearTimeout(this.waiting);
    this.describe(question, false);
    [this.video, this.spare] = [this.spare, this.video];
    if (this.video.getAttribute("src") !== question.video || this.video.error) this.video.src = question.video;
    this.drop(this.spare);
    this.show(this.video);
    if (await this.played()) return;
    // Without the network: the picture and the words, for as long as the video would have lasted.
    this.drop(this.video);
    this.picture(question, true);
    const known = await Promise.race([facts, null]); // what has come by now
    await this.lapse(((known && known.video_seconds) || USUAL_LENGTH) * 1000);
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

  /** Stand still, and go on from there. */
  hold(still) {
    this.held = still;
    if (!this.video.getAttribute("src")) return;
    if (still) this.video.pause();
    else if (this.playing) this.start(this.video);
  }

  /** Show the scene without playing it: the question was already being answered when the page came back. */
  picture(question, described = false) {
    this.describe(question, described);
    this.notice.hidden = !described;
    this.show(this.still);
    this.still.src = question.still;
  }

  describe(question, open) {
    this.notice.hidden = true;
    this.description.open = open;
    this.description.querySelector("[data-text]").textContent = question.description;
  }

  show(element) {
    this.frame.hidden = false;
    for (const other of [this.video, this.spare, this.still]) other.hidden = other !== element;
    this.playButton.hidden = true;
  }

  /** Let go of a video and of what it was loading. */
  drop(video) {
    video.pause();
    video.removeAttribute("src");
    video.load();
    video.hidden = true;
  }

  stop() {
    clearTimeout(this.waiting);
    this.settle(false);
    this.drop(this.video);
    this.drop(this.spare);
  }

  /** Resolve with true when the video has ended, with false when it cannot play. */
  played() {
    const { video } = this;
    return new Promise((resolve) => {
      let advanced = performance.now();
      let position = 0;
      this.playing = true;
      const settle = (result) => {
        this.playing = false;
        clearInterval(watch);
        video.onended = video.onerror = null;
        this.playButton.hidden = true;
        resolve(result);
      };
      this.settle = settle;
      const watch = setInterval(() => {
        const now = performance.now();
        // Without controls a pause comes from a keyboard, a headset or the system, not from the exam.
        if (!this.controls && !this.held && video.paused && !document.hidden) this.start(video);
        // A hidden page's video stands still, and so may one with controls: neither is the network's fault.
        const excused = this.held || document.hidden || (this.controls && video.paused && position > 0);
        if (excused || video.currentTime !== position) {
          advanced = now;
          position = video.currentTime;
        } else if (now - advanced > PATIENCE) {
          settle(false);
        }
      }, LOOK);
      video.onended = () => settle(true);
      video.onerror = () => settle(false);
      this.start(video);
    });
  }

  start(video) {
    if (this.held) return;
    video.play().catch((error) => {
      if (error.name !== "NotAllowedError") return; // the watch decides
      this.playButton.hidden = false;
      this.playButton.onclick = () => this.start(video);
    });
    video.onplaying = () => {
      this.playButton.hidden = true;
    };
  }
}
