/**
 * The time of one question: when it began, and how long the sitting had stood still by then. What is left follows from
 * that, from the time to answer and from the pauses since; so neither a reload nor a late reply changes it.
 *
 * @typedef {Object} Span
 * @property {number} q question, 1 to 20
 * @property {number} startedAt server milliseconds
 * @property {number} pausedMs how long the sitting had stood still before `startedAt`
 *
 * @typedef {Object} Terms what the platform says of the time
 * @property {number} answerMs the time to answer a question
 * @property {?number} pausedAt since when time stands still, server milliseconds, or null
 * @property {number} pausedMs how long the pauses that ended have lasted
 */

/** How long the sitting has stood still in all. @param {Terms} terms */
export function stillUntil({ pausedAt, pausedMs }, now) {
  return pausedMs + (pausedAt === null ? 0 : Math.max(0, now - pausedAt));
}

/** @returns {Span} the span of a question whose time begins now */
export function begin(q, terms, now) {
  return { q, startedAt: now, pausedMs: stillUntil(terms, now) };
}

/** Milliseconds that are left; the same for as long as time stands still. @param {Span} span @param {Terms} terms */
export function left(span, terms, now) {
  return span.startedAt + terms.answerMs + stillUntil(terms, now) - span.pausedMs - now;
}

/**
 * A question has not stood still for longer than it has lasted: the pauses that this page hears of late, and that were
 * before the question, are none of its own. Nor has it begun in the future: when the platform's clock was set back, the
 * question has its whole time, not the hours of the difference.
 * @returns {Span} to be called whenever the terms have changed, and when `now` is before the question began
 */
export function settled(span, terms, now) {
  const before = stillUntil(terms, now) - (now - span.startedAt);
  return { ...span, pausedMs: Math.max(span.pausedMs, before) };
}
