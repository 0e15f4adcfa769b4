async () => {
  const { Media } = await import("/static/js/player/media.js");
  const content = (url) => new Uint8Array(10000).map((_, place) => (place * 7 + url.length) % 251);
  const asked = [];
  let open = 0, most = 0;
  window.fetch = async (url, { headers, signal }) => {
    const start = Number((/bytes=(\d+)-/.exec(headers.Range || "") || [0, 0])[1]);
    const tries = asked.filter((one) => one[0] === url).length;
    asked.push([url, start]);
    most = Math.max(most, (open += 1));
    let over = false;
    const end = () => { open -= over ? 0 : 1; over = true; };
    signal.addEventListener("abort", end);
    if (url === "none.mp4") { end(); return new Response("", { status: 404 }); }
    if (start >= 10000) { end(); return new Response("", { status: 416 }); }
    const parts = content(url).slice(start);
    const cut = url.endsWith("mp4") && tries < 2 && !url.startsWith("last") ? 3000 : parts.length;
    const breaks = cut < parts.length || (url.startsWith("last") && tries === 0); // in the middle, or after the last byte
    const other = url === "other.mp4" && tries === 1; // it was built again meanwhile: another length
    const body = new ReadableStream({
      start(flow) { flow.enqueue(parts.slice(0, cut)); },
      pull(flow) { end(); if (breaks) flow.error(new TypeError("cut")); else flow.close(); },
    }, { highWaterMark: 0 });
    const range = `bytes ${start}-9999/${other ? 12000 : 10000}`;
    return new Response(body, start
      ? { status: 206, headers: { "Content-Range": range } }
      : { headers: url.endsWith("untold.mp4") ? {} : { "Content-Length": "10000" } });
  };
  const question = (q, src) => ({
    q, media: `${q}.json`, reading: `${q}.m4a`, readings: [], sources: [{ src, type: "video/mp4" }], audioDescription: null,
  });
  const media = new Media({ canPlayVideo: () => "probably", canPlaySound: () => "probably" });
  const questions = [question(1, "one.mp4"), question(2, "other.mp4"), question(3, "none.mp4"), question(4, "4.mp4"),
    question(5, "last.mp4"), question(6, "last.mp4"), question(7, "last-untold.mp4")];
  const here = [];
  for (const [place, one] of questions.entries()) {
    here.push(await media.ready(one, questions.slice(place + 1)));
    if (place === 0) {
      const played = new Uint8Array(await (await media.stock.get("one.mp4").blob).arrayBuffer());
      here.push(String(played) === String(content("one.mp4")), media.address("one.mp4").startsWith("blob:"));
    }
  }
  const stock = [...media.stock.keys()];
  media.stop();
  return { here, most, stock, left: media.stock.size, asked: asked.filter(([url]) => url.endsWith("mp4")) };
}
