async () => {
  const { choose, delays, filesOf, settled } = await import("/static/js/player/preload.js");
  const source = (src, type) => ({ src, type });
  const question = {
    media: "m", reading: "r.m4a", readings: [source("r.webm", "audio/webm; codecs=\"opus\""), source("r.m4a", "audio/mp4")],
    sources: [source("light", "video/av1"), source("heavy", "video/avc")], audioDescription: null,
  };
  const roles = (files) => files.map(({ role, src, type }) => [role, src, type].join(" "));
  const file = (held, more = {}) => ({ role: "video", held, gone: false, failures: 0, from: 0, ...more });
  const wanted = (from, files, abandoned = false) => ({ q: 1, from, files, abandoned });
  const first = file(false, { name: "first" }), second = file(false, { name: "second" });
  const failed = file(false, { name: "failed", failures: 1, from: 500 });
  return {
    new: roles(filesOf(question, () => "probably")),
    old: roles(filesOf(question, (type) => (type.includes("av1") || type.includes("webm") ? "" : "maybe"))),
    described: roles(filesOf({ ...question, audioDescription: "d.m4a" }, () => "probably")).length,
    own: choose([wanted(0, [file(true), first]), wanted(0, [second])], 100).file.name,
    next: choose([wanted(0, [file(true)]), wanted(0, [second])], 100).file.name,
    later: choose([wanted(0, [file(true)]), wanted(700, [second])], 100).at,
    blocked: choose([wanted(0, [failed]), wanted(0, [second])], 100).at,
    around: choose([wanted(0, [failed, first])], 600).file.name,
    again: choose([wanted(0, [failed])], 600).file.name,
    goesOn: choose([wanted(0, [first], true), wanted(0, [second])], 100).file.name,
    nothing: choose([wanted(0, [file(true), file(false, { gone: true })])], 100),
    settled: [settled(wanted(0, [file(true), file(false, { gone: true })])), settled(wanted(0, [first]))],
    spread: [delays(15000, 1000, () => 0.5), delays(15000, 10000, () => 0.5)],
    narrow: delays(15000, 16000, () => 0.5).map(String),
  };
}
