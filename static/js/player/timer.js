/** The time to answer on the screen: what is left of it is worked out anew at each look, and may grow or stand still. */

const LOOK = 200;
const SPOKEN = [30, 10, 5]; // seconds left that are said aloud

// Two looks this far apart mean that the page slept or was held back: the clock may have stood still.
const ASLEEP = 3000;

export class Timer {
  /**
   * @param {HTMLElement} root holds `[data-seconds]`, `[data-bar]` and the live region `[data-spoken]`
   * @param {() => void} onSleep the device seems to have slept
   */
  constructor(root, onSleep) {
    this.seconds = root.querySelector("[data-seconds]");
    this.bar = root.querySelector("[data-bar]");
    this.spoken = root.querySelector("[data-spoken]");
    this.onSleep = onSleep;
    this.alarm = null;
  }

  /**
   * Resolve when nothing is left.
   * @param {() => number} timeLeft in milliseconds
   * @param {() => number} length the whole time, for the bar
   */
  run(timeLeft, length) {
    this.stop();
    this.spoken.textContent = "";
    let seen = Date.now();
    let told = Math.ceil(timeLeft() / 1000);
    return new Promise((resolve) => {
      const look = () => {
        const left = Math.max(0, timeLeft());
        const seconds = Math.ceil(left / 1000);
        this.seconds.textContent = String(seconds);
        this.bar.style.transform = `scaleX(${Math.min(1, left / length())})`;
        const due = SPOKEN.find((mark) => seconds <= mark && mark < told);
        if (due && seconds) this.spoken.textContent = `Il reste ${seconds} secondes.`;
        told = Math.min(told, seconds);
        if (!left) return resolve();
        // The device's own clock is a reason to ask for the time, and never an answer.
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
