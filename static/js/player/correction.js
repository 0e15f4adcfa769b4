/** The correction of a question on the screen, in the same words as on paper. */
import { isRight } from "./marking.js";
import { tied } from "./question.js";

/** « Réponse attendue : A », « Réponses attendues : A, C ». @param {string} expected letters, as "AC" */
export function expectedInWords(expected) {
  const letters = [...expected].join(", ");
  return tied(expected.length > 1 ? `Réponses attendues : ${letters}` : `Réponse attendue : ${letters}`);
}

/** What there is to say of a proposition, and how the design system shows it; nothing of one that is neither. */
export function markOf(letter, choices, expected) {
  const wanted = expected.includes(letter);
  if (choices.includes(letter)) {
    return wanted ? ["Choisie, attendue", "fr-badge--success"] : ["Choisie, non attendue", "fr-badge--error"];
  }
  return wanted ? ["Attendue", "fr-badge--info"] : ["", ""];
}

/** A badge that says whether the answer was right: « Correct », « Incorrect ». */
export function showRight(element, right) {
  element.textContent = right ? "Correct" : "Incorrect";
  element.classList.add(right ? "fr-badge--success" : "fr-badge--error");
}

/**
 * One question of the whole correction.
 * @param {HTMLElement} root holds the templates `[data-article]` and `[data-proposition]`
 * @param {Object} question
 * @param {string} choices the letters given
 * @param {string} name what stands above it
 */
export function article(root, question, choices, name) {
  const part = (template) => document.importNode(root.querySelector(`template[${template}]`).content, true);
  const found = part("data-article");
  const put = (place, text) => {
    found.querySelector(`[${place}]`).textContent = text;
  };
  put("data-name", name);
  put("data-statement", tied(question.statement));
  put("data-expected", expectedInWords(question.expected));
  put("data-explanation", tied(question.explanation));
  put("data-given", choices ? "" : "Aucune réponse n’a été donnée.");
  showRight(found.querySelector("[data-right]"), isRight(choices, question.expected));
  const still = found.querySelector("[data-still]");
  still.src = question.still;
  still.addEventListener("error", () => still.remove());
  for (const { letter, text } of question.propositions) {
    const line = part("data-proposition");
    line.querySelector("[data-letter]").textContent = letter;
    line.querySelector("[data-text]").textContent = tied(text);
    const badge = line.querySelector("[data-mark]");
    const [mark, kind] = markOf(letter, choices, question.expected);
    if (mark) {
      badge.textContent = mark;
      badge.classList.add(kind);
    } else {
      badge.remove();
    }
    found.querySelector("[data-propositions]").append(line);
  }
  return found;
}
