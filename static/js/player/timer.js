/** The time to answer: an end point on the server's clock, looked at again and again. */

const LOOK = 200;
const SPOKEN = [30, 10, 5]; // seconds left that are said aloud

// Two looks this far apart mean that the page slept or was held back: the clock may have stood still.
const ASLEEP = 3000;

export class Timer {
  /**
   * @param {HTMLElement} root holds `[data-seconds]`, `[data-bar]` and the live region `[data-spoken]`
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} onSleep the device seems to have slept
   */
  constructor(root, clock, onSleep) {
    this.seconds = root.querySelector("[data-seconds]");
    this.bar = root.querySelector("[data-bar]");
    this.spoken = root.querySelector("[data-spoken]");
    this.clock = clock;
    this.onSleep = onSleep;
    this.alarm = null;
  }

  /** Resolve at `endsAt` (server milliseconds); `length` is the whole time, for the bar. */
  until(endsAt, length) {
    this.stop();
    this.spoken.textContent = "";
    let seen = Date.now();
    let told = Math.ceil((endsAt - this.clock.now()) / 1000);
    return new Promise((resolve) => {
      const look = () => {
        const left = Math.max(0, endsAt - this.clock.now());
        const seconds = Math.ceil(left / 1000);
        this.seconds.textContent = String(seconds);
        this.bar.style.transform = `scaleX(${Math.min(1, left / length)})`;
        const due = SPOKEN.find((mark) => seconds <= mark && mark < told);
        if (due && seconds) this.spoken.textContent = `Il reste ${seconds} secondes.`;
        told = Math.min(told, seconds);
        if (!left) return resolve();
        if (Math.abs(Date.now() - seen) > ASLEEP) this.onSleep();
        seen = Date.now();
        this.alarm = setTimeout(look, Math.min(LOOK, left));
        return undefined;
      };
      look();
    });
  }

  stop() {
    clearTimeout(this.alarm);
  }
}
