/** Which questions are asked: at random among those that were met least, as `rules.draw` does for an exam. */

/** @returns {number} a whole number from 0 to below `limit`, each as likely */
function below(limit) {
  const bytes = new Uint32Array(1);
  const ceiling = 2 ** 32 - (2 ** 32 % limit);
  do crypto.getRandomValues(bytes);
  while (bytes[0] >= ceiling);
  return bytes[0] % limit;
}

/** @template T @param {T[]} values @returns {T[]} the same in random order */
export function shuffled(values) {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

/** Questions in random order, those that were met least first. */
function leastMetFirst(questions, met) {
  return shuffled(questions).sort((one, other) => met(one.q) - met(other.q));
}

/**
 * « Je me teste »: as many questions of each theme as an exam has, mixed.
 * @param {{q: number, theme: string}[]} pool
 * @param {Object<string, number>} blueprint how many questions of each theme
 * @param {(q: number) => number} met how often a question was met
 */
export function drawTest(pool, blueprint, met) {
  const drawn = Object.entries(blueprint).flatMap(([theme, count]) => {
    const ofTheme = pool.filter((question) => question.theme === theme);
    return leastMetFirst(ofTheme, met).slice(0, count);
  });
  return shuffled(drawn);
}

/**
 * « Je m'entraîne »: every question of the chosen themes, for as long as one wants to go on.
 * @param {{q: number, theme: string}[]} pool
 * @param {string[]} themes
 * @param {(q: number) => number} met how often a question was met
 */
export function drawTraining(pool, themes, met) {
  return leastMetFirst(
    pool.filter(({ theme }) => themes.includes(theme)),
    met,
  );
}
