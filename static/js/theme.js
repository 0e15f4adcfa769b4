// Runs before the first paint, so that a dark page is never white first; the design system takes over afterwards.
(() => {
  const root = document.documentElement;
  let scheme = null;
  try {
    scheme = localStorage.getItem("scheme");
  } catch {
    // Storage is closed to us: the device's own setting holds.
  }
  if (!["light", "dark"].includes(scheme)) {
    scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.setAttribute("data-fr-theme", scheme);
})();
