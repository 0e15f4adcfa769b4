/** One question as candidates meet it, for its editors: the same stage, and nothing kept or sent. */
import { Screens } from "./screens.js";
import * as span from "./span.js";
import { Stage } from "./stage.js";

const data = JSON.parse(document.getElementById("player-data").textContent);
const root = document.querySelector("[data-player]");
const screens = new Screens(root);
const stage = new Stage(screens.get("question"), data.mode, { onChange() {}, onSleep() {} });
const [question] = data.questions;

async function play() {
  stage.unlock(question);
  screens.show("question");
  await stage.present(question, { position: 1, total: 1, coming: [], spread: 0 });
  stage.ask(question, "");
  const terms = { answerMs: data.answerMs, pausedAt: null, pausedMs: 0 };
  const begun = span.begin(question.q, terms, performance.now());
  await stage.timer.run(() => span.left(begun, terms, performance.now()), () => terms.answerMs);
  stage.close();
  screens.show("done");
}

for (const button of root.querySelectorAll("[data-enter]")) {
  button.addEventListener("click", () => {
    play().catch((error) => {
      console.error(error);
      screens.show("broken");
    });
  });
}
stage.preload(data.questions);
screens.show("ready");
