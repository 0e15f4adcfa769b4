/**
 * The server's time, kept on the monotonic clock: what the device believes the time to be never counts.
 *
 * Each reply of the platform says that its clock read `serverNow` somewhere between two instants of ours. Each such
 * interval narrows the possible offset; one that contradicts the others means that our clock stood still (the device
 * slept), and replaces them.
 */
export class Clock {
  constructor() {
    this.low = -Infinity;
    this.high = Infinity;
  }

  /**
   * @param {number} serverNow milliseconds since 1970, the server's clock
   * @param {number} sent `performance.now()` before the request left
   * @param {number} received `performance.now()` when its reply began to arrive
   */
  learn(serverNow, sent, received) {
    const low = serverNow - received;
    const high = serverNow + 1 - sent; // the server cuts its milliseconds off
    if (low > this.high || high < this.low) {
      this.low = low;
      this.high = high;
    } else {
      this.low = Math.max(this.low, low);
      this.high = Math.min(this.high, high);
    }
  }

  /** Learn from the page itself: the server wrote it after the request had left. */
  learnFromPage(serverNow) {
    const [page] = performance.getEntriesByType("navigation");
    this.learn(serverNow, (page && page.requestStart) || 0, (page && page.responseStart) || performance.now());
  }

  /** Milliseconds since 1970, as the server counts them. */
  now() {
    return performance.now() + (this.low + this.high) / 2;
  }
}
