/** One playing of a video or a sound to its end. A medium that does not advance for 8 s is given up. */

const PATIENCE = 8000;
const LOOK = 500; // how often the advance is looked at

export class Playback {
  /**
   * @param {HTMLMediaElement} media
   * @param {{controls: boolean, held: boolean, onBlocked: () => void, onGoing: () => void}} options whether the person
   *   may pause it; whether time stands still already; told that the browser wants a click first, and that it plays
   */
  constructor(media, { controls, held, onBlocked, onGoing }) {
    this.media = media;
    this.controls = controls;
    this.held = held;
    this.onBlocked = onBlocked;
    this.settle = () => {};
    media.onplaying = onGoing;
  }

  /** Resolve with true when the medium has ended, with false when it cannot play. */
  run() {
    const { media } = this;
    return new Promise((resolve) => {
      let advanced = performance.now();
      let position = 0;
      const watch = setInterval(() => {
        const now = performance.now();
        // Without controls a pause comes from a keyboard, a headset or the system, not from the exam.
        if (!this.controls && !this.held && media.paused && !document.hidden) this.start();
        // A hidden page's video stands still, and so may one with controls: neither is the network's fault.
        const excused = this.held || document.hidden || (this.controls && media.paused && position > 0);
        if (excused || media.currentTime !== position) {
          advanced = now;
          position = media.currentTime;
        } else if (now - advanced > PATIENCE) {
          this.settle(false);
        }
      }, LOOK);
      this.settle = (result) => {
        clearInterval(watch);
        this.settle = () => {};
        media.onended = media.onerror = null;
        resolve(result);
      };
      media.onended = () => this.settle(true);
      media.onerror = () => this.settle(false);
      this.start();
    });
  }

  start() {
    if (this.held) return;
    this.media.play().catch((error) => {
      if (error.name === "NotAllowedError") this.onBlocked(); // of any other error the watch decides
    });
  }

  /** Stand still, and go on from there. */
  hold(still) {
    this.held = still;
    if (still) this.media.pause();
    else this.start();
  }

  /** Give up. */
  stop() {
    this.settle(false);
  }
}
