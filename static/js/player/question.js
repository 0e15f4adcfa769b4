/** The question on the screen: statement, banner, bricks, and what became of the answer. Knows nothing of time or network. */

import { STANDINGS } from "./standing.js";

/** French punctuation stays with its word: a line never begins with « ? ». */
export const tied = (text) => text.replace(/ ([?!:;»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");

export class QuestionView {
  /**
   * @param {HTMLElement} root the question's screen
   * @param {(choices: string) => void} onChange the candidate changed the answer; letters, as "AC"
   */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.answering = root.querySelector("[data-answering]");
    this.watching = root.querySelector("[data-watching]");
    this.fieldset = root.querySelector("fieldset");
    this.statement = root.querySelector("[data-statement]");
    this.banner = root.querySelector("[data-banner]");
    this.bricks = root.querySelector("[data-bricks]");
    this.brick = root.querySelector("template");
    this.status = root.querySelector("[data-status]");
    this.caption = root.querySelector("[data-caption]");
    this.step = root.querySelector("[data-step]");
    this.bar = root.querySelector("progress");
    this.fieldset.addEventListener("change", () => this.onChange(this.choices()));
    this.fieldset.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** The scene is playing: only the number of the question is there; 0 is the tutorial's. */
  watch(position, total) {
    const title = position ? `Question ${position}` : "Question d’essai";
    this.step.textContent = this.bar && position ? `${title} sur ${total}` : title;
    if (this.bar) {
      this.bar.max = total;
      this.bar.value = position;
    }
    this.watching.hidden = false;
    this.answering.hidden = true;
    this.watching.querySelector("h1").textContent = title;
    this.watching.querySelector("h1").focus();
  }

  /** Show a question with the letters chosen so far, and take the focus to its statement. */
  ask(question, chosen) {
    this.statement.textContent = tied(question.statement);
    this.banner.textContent = question.multiple ? "Plusieurs réponses sont attendues" : "Une seule réponse est attendue";
    this.banner.className = `player-banner player-banner--${question.multiple ? "several" : "one"}`;
    this.bricks.textContent = "";
    for (const proposition of question.propositions) {
      this.bricks.append(this.brickOf(proposition, question.multiple, chosen.includes(proposition.letter)));
    }
    this.fieldset.disabled = false;
    this.tell("");
    this.watching.hidden = true;
    this.answering.hidden = false;
    this.statement.focus();
  }

  brickOf({ letter, text }, multiple, checked) {
    const brick = document.importNode(this.brick.content, true);
    const input = brick.querySelector("input");
    input.type = multiple ? "checkbox" : "radio";
    input.id = `brick-${letter}`;
    input.value = letter;
    input.checked = checked;
    brick.querySelector("label").htmlFor = input.id;
    brick.querySelector("[data-letter]").textContent = letter;
    brick.querySelector("[data-text]").textContent = tied(text);
    brick.querySelector("[data-brick]").dataset.part = letter;
    return brick;
  }

  /** The letters chosen, in order. */
  choices() {
    return [...this.fieldset.querySelectorAll("input:checked")].map((input) => input.value).join("");
  }

  /** A letter on the keyboard is a click on its brick, while the focus is on the question. */
  pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const input = this.root.querySelector(`#brick-${event.key.toUpperCase().replace(/[^A-F]/g, "")}`);
    if (event.key.length !== 1 || !input) return;
    event.preventDefault();
    input.focus();
    input.click();
  }

  /** The time is over: nothing can be changed any more. */
  close() {
    this.fieldset.disabled = true;
  }

  /** @param {""|"sending"|"kept"|"received"} standing */
  tell(standing) {
    if (this.status.textContent === STANDINGS[standing]) return;
    this.status.textContent = STANDINGS[standing];
    this.status.dataset.standing = standing;
  }

  /** Say something about the answer that is no standing of it. */
  say(words) {
    this.status.textContent = words;
    delete this.status.dataset.standing;
  }

  /** Write beside each brick what the correction says of it. @param {(letter: string) => [string, string]} markOf */
  mark(markOf) {
    for (const brick of this.bricks.children) {
      const [words, kind] = markOf(brick.dataset.part);
      if (!words) continue;
      const badge = document.createElement("span");
      badge.className = `fr-badge fr-badge--sm player-mark ${kind}`;
      badge.textContent = words;
      brick.querySelector("label").append(badge);
    }
  }

  /** Mark what the voice is reading: "statement", "expected", a letter, or "" for nothing. */
  point(part) {
    for (const element of this.root.querySelectorAll("[data-part]")) {
      element.classList.toggle("is-read", element.dataset.part === part);
    }
    this.caption.textContent = this.words(part);
  }

  /** What is written of a part that is read, as the voice says it. */
  words(part) {
    const brick = part.length === 1 && this.bricks.querySelector(`[data-part=${part}] [data-text]`);
    if (brick) return tied(`Réponse ${part} : ${brick.textContent}`);
    return { statement: this.statement, expected: this.banner }[part]?.textContent || "";
  }
}
