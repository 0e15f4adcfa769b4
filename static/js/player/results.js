/** The end of a training or a test: the result, a chart of the themes, the correction. */
import { article } from "./correction.js";
import { isAdmitted, isRight, percent } from "./marking.js";
import { tied } from "./question.js";

const several = (count, word) => `${count} ${word}${count > 1 ? "s" : ""}`;

export class Results {
  /**
   * @param {HTMLElement} root
   * @param {Object} data the page's `player-data`
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.outOf = Object.values(data.blueprint).reduce((sum, count) => sum + count, 0);
  }

  put(place, text) {
    this.root.querySelector(`[${place}]`).textContent = tied(text);
  }

  /** @param {{question: Object, choices: string}[]} answers in the order in which the questions were asked */
  show(answers) {
    const total = answers.length;
    const mark = answers.filter(({ question, choices }) => isRight(choices, question.expected)).length;
    if (this.data.mode.corrects) this.training(mark, total);
    else this.test(mark, total);
    this.root.querySelector("[data-figures]").hidden = !total;
    this.put("data-errors", `${several(total - mark, "erreur")} / ${several(total, "question")}`);
    this.chart(answers);
    this.correct(answers);
  }

  training(mark, total) {
    this.put("data-title", "Cet entraînement est terminé");
    this.put(
      "data-lead",
      total ? `${several(mark, "réponse")} correcte${mark > 1 ? "s" : ""} sur ${total}.` : "Vous n’avez validé aucune réponse.",
    );
  }

  test(mark, total) {
    const passed = isAdmitted(mark, total, this.data.passMark, this.outOf);
    this.put("data-title", passed ? "Bravo ! Vous avez réussi" : "Pas encore réussi : continuez à vous entraîner");
    this.put("data-lead", `Résultat : ${mark}/${total}. À l’examen, ce serait « ${passed ? "Admis" : "Échoué"} ».`);
    this.put(
      "data-advice",
      passed
        ? "Ce test ne remplace pas l’examen : c’est votre établissement qui le fait passer. Le corrigé dit ce qu’il reste à revoir."
        : "Il faut la moitié des points. Lisez le corrigé, entraînez-vous sur les thèmes les plus difficiles, puis recommencez.",
    );
  }

  /** A case for each question, in words beside it; themes without a question are left out. */
  chart(answers) {
    const list = this.root.querySelector("[data-chart]");
    list.textContent = "";
    for (const [theme, label] of Object.entries(this.data.themes)) {
      const rights = answers
        .filter(({ question }) => question.theme === theme)
        .map(({ question, choices }) => isRight(choices, question.expected));
      if (rights.length) list.append(this.bar(label, rights.sort((one, other) => other - one)));
    }
  }

  bar(label, rights) {
    const bar = document.importNode(this.root.querySelector("template[data-bar]").content, true);
    const right = rights.filter(Boolean).length;
    bar.querySelector("[data-theme]").textContent = label;
    const figure = `${right} sur ${rights.length}, ${percent(right, rights.length)} % de réussite`;
    bar.querySelector("[data-figure]").textContent = tied(figure);
    for (const one of rights) {
      const cell = document.createElement("span");
      cell.className = `public-cell public-cell--${one ? "right" : "wrong"}`;
      cell.textContent = one ? "✓" : "✕";
      bar.querySelector("[data-cells]").append(cell);
    }
    return bar;
  }

  /** The whole correction of a test; of a training, whose questions were corrected one by one, those to learn again. */
  correct(answers) {
    const place = this.root.querySelector("[data-corrected]");
    place.textContent = "";
    answers.forEach(({ question, choices }, index) => {
      if (this.data.mode.corrects && isRight(choices, question.expected)) return;
      const name = `Question ${index + 1} | ${this.data.themes[question.theme]} | ${question.competence}`;
      place.append(article(this.root, question, choices, name));
    });
    this.root.querySelector("[data-corrected-title]").hidden = !place.childElementCount;
  }
}
