/** After the last question: say whether the answers arrived, and what to do while they did not. */

// « L'enregistrement du résultat a échoué » after at least three failures that took about 20 s with their time-outs:
// a cable that is unplugged for five seconds is no reason to frighten a room.
const FAILURES = 3;
const PATIENCE = 15_000;

// Failed tries by « Réessayer » before the supervisor is called.
const TRIES = 2;

/**
 * @param {import("./screens.js").Screens} screens
 * @param {import("./delivery.js").Delivery} delivery
 */
export function ending(screens, delivery) {
  const began = performance.now();
  const retry = screens.get("retry");
  const button = retry.querySelector("[data-retry]");
  let tries = 0;
  let trying = false;

  function onFailure(failures) {
    if (screens.shown === "sending" && failures >= FAILURES && performance.now() - began >= PATIENCE) {
      screens.show("retry");
    } else if (screens.shown === "retry" && trying) {
      trying = false;
      tries += 1;
      retry.querySelector("[data-tried]").textContent = "Ce nouvel essai a échoué.";
      if (tries >= TRIES) screens.show("rescue");
    }
  }

  button.addEventListener("click", () => {
    if (trying) return;
    trying = true;
    retry.querySelector("[data-tried]").textContent = "Nouvel essai en cours…";
    delivery.hurry();
  });
  screens.get("rescue").querySelector("[data-rescue]").addEventListener("click", () => screens.show("keeping"));

  delivery.events.onFailure = onFailure;
  delivery.events.onReceipt = (receipt) => done(screens, receipt);
  screens.show("sending");
  delivery.finish();
}

/** The only way to « Vos résultats sont bien enregistrés » : a receipt of the platform. */
export function done(screens, receipt) {
  screens.get("done").querySelector("[data-receipt]").textContent = receipt;
  screens.show("done");
}
