/**
 * A device of the room. Everything is the player's own but two things: somebody answers, and where the page is told
 * not to decode (`light`), a medium that plays is a clock. When each question was wanted and when its video began is noted.
 */
(() => {
  const { light, heavy, seconds } = ROOM; // put in front of this script
  window.noted = [];
  const note = (what, step) => window.noted.push([what, step, performance.timeOrigin + performance.now()]);
  const stepOf = () => document.querySelector("[data-step]:not(:empty)")?.textContent || "";

  if (heavy) {
    const { canPlayType } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.canPlayType = function (type) {
      return /av01|opus|webm/.test(type) ? "" : canPlayType.call(this, type);
    };
  }

  addEventListener("DOMContentLoaded", () => {
    const section = document.querySelector("[data-screen=question]");
    if (!section) return;
    const step = section.querySelector("[data-watching] h1");
    new MutationObserver(() => note("wanted", step.textContent)).observe(step, { childList: true, characterData: true, subtree: true });
    document.addEventListener("click", (event) => event.target.closest("[data-enter]") && note("begun", ""), true);
    document.addEventListener(
      "playing",
      ({ target }) => target.tagName === "VIDEO" && note("started", step.textContent),
      true,
    );
    // A video that does not come gives way to its picture: that question has begun too, and not as it should.
    const still = section.querySelector("[data-still]");
    new MutationObserver(() => still.hidden || note("without", step.textContent))
      .observe(still, { attributes: true, attributeFilter: ["hidden"] });
    setInterval(() => {
      const bricks = [...section.querySelectorAll("fieldset:not(:disabled) input")];
      if (bricks.length && !bricks.some(({ checked }) => checked) && Math.random() < 0.1) {
        bricks[Math.floor(Math.random() * bricks.length)].click();
      }
    }, 1000);
  });

  if (!light) return;
  const state = new WeakMap();
  const of = (media) => {
    if (!state.has(media)) state.set(media, { src: "", playing: false, since: 0, at: 0, ended: false, alarm: null });
    return state.get(media);
  };
  const length = (media) => {
    if (!of(media).src.startsWith("blob:")) return 0.36; // the clip of the device's own check
    return media.tagName === "VIDEO" ? seconds : 2 * seconds;
  };
  const tell = (media, ...names) => names.forEach((name) => media.dispatchEvent(new Event(name)));
  const position = (media) => {
    const { playing, since, at } = of(media);
    return Math.min(length(media), at + (playing ? (performance.now() - since) / 1000 : 0));
  };
  const set = (media, src) => {
    clearTimeout(of(media).alarm);
    state.set(media, { ...of(media), src, playing: false, at: 0, ended: false });
  };
  const proto = HTMLMediaElement.prototype;
  const { getAttribute, removeAttribute } = Element.prototype;
  const define = (name, get, set_ = undefined) => Object.defineProperty(proto, name, { configurable: true, get, set: set_ });
  define("src", function () { return of(this).src; }, function (src) { set(this, src); });
  define("currentTime", function () { return position(this); }, function (at) { Object.assign(of(this), { at, since: performance.now() }); });
  define("paused", function () { return !of(this).playing; });
  define("ended", function () { return of(this).ended; });
  define("error", () => null);
  define("readyState", function () { return of(this).src ? 4 : 0; });
  Object.defineProperty(HTMLVideoElement.prototype, "videoWidth", { get: () => 1280 });
  proto.load = () => {};
  proto.getAttribute = function (name) { return name === "src" ? of(this).src || null : getAttribute.call(this, name); };
  proto.removeAttribute = function (name) { if (name === "src") set(this, ""); else removeAttribute.call(this, name); };
  proto.pause = function () {
    const mine = of(this);
    if (!mine.playing) return;
    clearTimeout(mine.alarm);
    Object.assign(mine, { at: position(this), playing: false });
    tell(this, "pause");
  };
  proto.play = async function () {
    const mine = of(this);
    const { src } = mine;
    if (mine.playing || !src) return;
    // What does not come from memory comes through the line.
    if (!src.startsWith("blob:")) await (await fetch(src)).arrayBuffer();
    if (of(this).src !== src) return;
    if (mine.ended) mine.at = 0;
    Object.assign(mine, { playing: true, since: performance.now(), ended: false });
    tell(this, "play", "loadeddata", "playing");
    mine.alarm = setTimeout(() => {
      Object.assign(mine, { at: length(this), playing: false, ended: true });
      tell(this, "ended");
    }, (length(this) - mine.at) * 1000);
  };
})();
