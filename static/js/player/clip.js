const once = (target, name) => new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));
const failure = (video) => once(video, "error").then(() => Promise.reject(video.error));

/** Play a clip, and look whether a picture came out of it. */
export async function plays(url) {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  const [ended, shown] = ["ended", "loadeddata"].map((name) => once(video, name));
  video.src = url;
  try {
    await video.play();
    await Promise.race([ended, failure(video)]);
  } catch (error) {
    // A device that saves its battery plays in a click only, and the exam begins with one: decoding is what counts.
    if (error.name !== "NotAllowedError") throw error;
    await Promise.race([shown, failure(video)]);
  }
  return video.videoWidth > 0;
}
