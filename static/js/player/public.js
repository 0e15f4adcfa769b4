/** The page of « Je m'entraîne » or « Je me teste »: fetch the questions, then play. */
import { Unreachable, get } from "./api.js";
import { Memory } from "./memory.js";
import { Practice } from "./practice.js";
import { Screens } from "./screens.js";

// A class opens the page at once, on a line that it shares.
const PATIENCE = 30_000;

const data = JSON.parse(document.getElementById("player-data").textContent);
const root = document.querySelector("[data-player]");
const screens = new Screens(root);
for (const button of root.querySelectorAll("[data-reload]")) button.addEventListener("click", () => location.reload());

async function play() {
  const pool = await get(data.pool, PATIENCE);
  const memory = new Memory(`${data.attestation}-${data.name}`);
  new Practice(data, pool, { screens, memory }).open();
}

play().catch((error) => {
  console.error(error);
  screens.show(error instanceof Unreachable ? "unreachable" : "broken");
});
