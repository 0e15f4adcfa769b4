/** The player's page: one tab at a time, then the sitting. */
import { Clock } from "./clock.js";
import { Delivery } from "./delivery.js";
import { Player } from "./player.js";
import { Rescue } from "./rescue.js";
import { Screens } from "./screens.js";
import { Store } from "./store.js";

const data = JSON.parse(document.getElementById("player-data").textContent);
const root = document.querySelector("[data-player]");
const clock = new Clock();
clock.learnFromPage(data.now);
const screens = new Screens(root);

/** Run `work` while no other tab of this browser plays this sitting. */
async function alone(work) {
  const name = `sitting-${data.sitting}`;
  // A page that reloads may still hold the lock for an instant.
  for (let tries = 0; tries < 10; tries += 1) {
    const held = await navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && work());
    if (held !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  screens.show("second-tab");
  await navigator.locks.request(name, () => location.reload());
}

async function play() {
  const store = await Store.open(data.sitting);
  const csrf = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const delivery = new Delivery({ urls: data.urls, store, clock, csrf });
  await delivery.restore();
  addEventListener("pagehide", () => delivery.farewell());
  addEventListener("online", () => delivery.hurry());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.hidden && delivery.farewell());
  addEventListener("beforeunload", (event) => {
    if (delivery.receipt || delivery.refused || !(delivery.finishing || delivery.unsent().length)) return;
    event.preventDefault();
    event.returnValue = "";
  });
  new Rescue(root, data, delivery);
  await new Player(data, root, { screens, delivery, store, clock }).open();
  return new Promise(() => {}); // the lock is held for as long as the page lives
}

alone(play).catch((error) => {
  console.error(error);
  screens.show("broken");
});
