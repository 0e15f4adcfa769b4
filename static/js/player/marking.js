/** The regulation's rules of marking, as `exams/rules.py` has them; a test lays the two side by side. */

/** R1: every expected answer and no other. Both are letters, as "AC". */
export function isRight(choices, expected) {
  const [given, wanted] = [new Set(choices), new Set(expected)];
  return given.size === wanted.size && [...given].every((letter) => wanted.has(letter));
}

/** Half of the points or more: `passMark` is out of `outOf`, `mark` out of `total`. */
export function isAdmitted(mark, total, passMark, outOf) {
  return mark * outOf >= passMark * total;
}

/** Success in whole percents, rounded half up. */
export function percent(right, total) {
  return Math.floor((200 * right + total) / (2 * total));
}
