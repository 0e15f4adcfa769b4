/**
 * A room on one line that gives every open request the same share: devices that come within a minute and open the page
 * for the first time, read the tutorial, begin together two minutes after the first came, and go on at the regulation's
 * pace. Time is counted in steps of 50 ms; what is fetched, when, and in which order is the player's own policy.
 */
async ({ mbit, weights, devices, visit }) => {
  const { AHEAD, choose, delays, settled } = await import("/static/js/player/preload.js");
  const STEP = 50, LATENCY = 120, SPREAD = 15000, FIRST_SPREAD = 10000, VIDEO = 8000, ANSWER = 45000, QUESTIONS = 20;
  let seed = 1;
  const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const room = Array.from({ length: devices }, () => ({
    here: chance() * 60000, begins: 120000 + chance() * 5000, at: -1, stage: "coming", until: 0, wanted: [], took: 0,
    file: null, late: [], bytes: 0, most: 0,
  }));
  const order = room.map((_, device) => Array.from({ length: QUESTIONS }, (__, q) => weights[(q * 7 + device) % weights.length]));
  // A device that has not been here fetches the pages and the design system before anything else.
  const sizes = (device, q) => [...(q ? [] : [visit]), ...order[device][q]];
  const files = (device, q) =>
    sizes(device, q).map((size) => ({ size, left: size, held: false, gone: false, failures: 0, from: 0 }));
  function want(one, device, first, froms) {
    one.wanted = Array.from({ length: 1 + AHEAD }, (_, place) => first + place).filter((q) => q < QUESTIONS).map((q, place) => {
      const known = one.wanted.find((wanted) => wanted.q === q) || { q, files: files(device, q), from: Infinity, spent: 0 };
      if (place < froms.length) known.from = froms[place];
      return known;
    });
    const media = one.wanted.flatMap((wanted) => wanted.files).filter(({ size }) => size !== visit);
    one.most = Math.max(one.most, media.reduce((sum, { size, left }) => sum + size - left, 0));
  }
  let now = 0;
  for (; room.some(({ stage }) => stage !== "done") && now < 4 * 3600000; now += STEP) {
    room.forEach((one, device) => {
      const prepare = (spread) => want(one, device, Math.max(one.at, 0), [0, ...delays(spread, one.took, chance).map((wait) => now + wait)]);
      if (one.stage === "coming" && now >= one.here) { want(one, device, 0, [now]); one.stage = "reading"; }
      if (one.stage === "reading" && settled(one.wanted[0])) { prepare(FIRST_SPREAD); one.stage = "waiting"; }
      const next = (one.stage === "answering" && now >= one.until) || (one.at < 0 && now >= one.begins && one.stage !== "coming");
      if (next) {
        one.at += 1;
        one.asked = now;
        one.stage = one.at === QUESTIONS ? "done" : "awaiting";
        if (one.stage === "awaiting") want(one, device, one.at, [now]);
      }
      if (one.stage === "awaiting" && settled(one.wanted[0])) {
        one.late.push(now - one.asked);
        prepare(SPREAD);
        Object.assign(one, { stage: "answering", until: now + VIDEO + ANSWER });
      }
      if (!one.file && one.stage !== "done") {
        const { file } = choose(one.wanted, now);
        if (file) Object.assign(one, { file, opens: now + LATENCY });
      }
    });
    const open = room.filter(({ file, opens }) => file && now >= opens);
    const share = (mbit * 125 * STEP) / open.length;
    for (const one of open) {
      const bytes = Math.min(share, one.file.left);
      one.file.left -= bytes;
      one.bytes += bytes;
      const wanted = one.wanted.find(({ files }) => files.includes(one.file));
      wanted.spent += STEP;
      if (one.file.left > 0) continue;
      one.file.held = true;
      one.file = null;
      if (settled(wanted)) one.took = wanted.spent;
    }
  }
  const late = room.flatMap((one) => one.late).sort((a, b) => a - b);
  return {
    begun: late.length, median: late[late.length >> 1], longest: late.at(-1), over: late.filter((value) => value > 2000).length,
    bytes: Math.max(...room.map(({ bytes }) => bytes)), memory: Math.max(...room.map(({ most }) => most)),
  };
}
