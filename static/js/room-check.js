/** « Vérifier le réseau de la salle »: a measure of the line as it is now, and what it means for this exam. */
import { capacity, verdict } from "./capacity.js";
import { plays } from "./player/clip.js";

const LENGTH = 6000; // milliseconds of downloading
const STREAMS = 4; // requests at once: one alone does not fill a line that is long
const ENOUGH = 12_000_000; // bytes after which a fast line is known
const ECHOES = 5;
const PATIENCE = 15_000;

const line = JSON.parse(document.getElementById("line").textContent);
const root = document.querySelector("[data-room-check]");
const part = (name) => root.querySelector(`[data-${name}]`);
const button = part("measure");

const decimal = (value, digits = 1) => value.toLocaleString("fr-FR", { maximumFractionDigits: digits });
const devices = (count) => (count > 200 ? "plus de 200" : String(count));

/** Seconds in words. */
function lasting(seconds) {
  if (seconds < 90) return `environ ${Math.max(1, Math.round(seconds))} secondes`;
  return `environ ${Math.round(seconds / 60)} minutes`;
}

/** Milliseconds that a small request takes, the middle one of a few. */
async function latency() {
  const times = [];
  for (let turn = 0; turn < ECHOES; turn += 1) {
    const began = performance.now();
    const reply = await fetch(line.samples[0].video, { method: "HEAD", cache: "no-store", credentials: "omit" });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[ECHOES >> 1];
}

/** Bytes a second that come down, with nothing from a cache. */
async function rate() {
  const aborter = new AbortController();
  const alarm = setTimeout(() => aborter.abort(), LENGTH);
  const urls = line.samples.map(({ video }) => video);
  const began = performance.now();
  let bytes = 0;
  const stream = async (place) => {
    for (let turn = place; !aborter.signal.aborted; turn += STREAMS) {
      const options = { cache: "no-store", credentials: "omit", signal: aborter.signal };
      const reply = await fetch(urls[turn % urls.length], options);
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      const reader = reply.body.getReader();
      for (let part_ = await reader.read(); !part_.done; part_ = await reader.read()) {
        bytes += part_.value.length;
        if (bytes >= ENOUGH) aborter.abort();
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: STREAMS }, (_, place) => stream(place)));
  clearTimeout(alarm);
  const failed = ends.find(({ reason }) => reason && reason.name !== "AbortError");
  if (failed) throw failed.reason;
  return (bytes / (performance.now() - began)) * 1000;
}

const ADVICE = {
  good: ["success", "La ligne suffit pour toute la salle", () => "L’épreuve peut être passée par tous en même temps."],
  old: [
    "warning",
    "La ligne suffit si les appareils sont récents",
    ({ universal }) =>
      `Si les appareils sont anciens (la ligne « Cet appareil » le dit pour celui-ci), pas plus de ${universal} à la fois.`,
  ],
  groups: [
    "warning",
    "La ligne ne suffit pas pour toute la salle",
    ({ light }) => `Faites passer la classe par groupes de ${light} au plus, ou suivez les conseils ci-dessous et mesurez de nouveau.`,
  ],
  alone: [
    "error",
    "La ligne est trop lente pour une épreuve en ligne",
    () => "Changez de salle ou de connexion, ou planifiez un « Examen (sans accès internet) ».",
  ],
};

/** Show one verdict: its kind of alert, its title, its advice. */
function tell(kind, title, advice) {
  part("verdict").className = `fr-alert fr-alert--${kind} fr-mb-3w`;
  part("title").textContent = title;
  part("advice").textContent = advice;
  part("result").hidden = false;
  part("result").querySelector("h2").focus();
}

function show({ speed, delay, video }) {
  const carried = capacity(line, speed);
  const probe = document.createElement("video");
  const recent = probe.canPlayType('video/mp4; codecs="av01.0.05M.08"') && probe.canPlayType('audio/webm; codecs="opus"');
  part("rate").textContent = `${decimal((speed * 8) / 1e6)} Mbit/s`;
  part("latency").textContent = `${decimal(delay, 0)} ms`;
  part("video").textContent = video ? "Réussie" : "Impossible : prenez un autre navigateur, à jour";
  part("light").textContent = devices(carried.light);
  part("universal").textContent = devices(carried.universal);
  part("opening").textContent = lasting(carried.opening);
  part("kind").textContent = recent ? "Récent : il reçoit les vidéos légères" : "Ancien : il reçoit les vidéos plus lourdes";
  const [kind, title, advice] = ADVICE[verdict(carried, line.registered)];
  if (video) tell(kind, title, advice(carried));
  else tell("error", "Cet appareil ne peut pas passer l’épreuve", "La vidéo d’essai n’a pas pu être lue : prenez un autre navigateur, à jour.");
}

const inTime = (work) => Promise.race([work, new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE))]);

async function measure() {
  button.disabled = true;
  part("said").textContent = "Mesure en cours…";
  part("result").hidden = true;
  try {
    const delay = await latency();
    const speed = await rate();
    const video = await inTime(plays(line.samples[0].video).catch(() => false));
    part("said").textContent = "";
    show({ speed, delay, video });
  } catch (error) {
    console.warn("room check", error);
    part("said").textContent =
      "La plateforme ne répond pas : vérifiez que l’appareil est connecté et que le réseau laisse passer cette adresse, puis recommencez.";
  }
  button.disabled = false;
  button.textContent = "Mesurer de nouveau";
}

/** A voice, to set the volume by; the exam can be passed without any sound. */
async function sound() {
  const voice = part("voice");
  voice.src = line.samples[0].voice;
  try {
    await voice.play();
    part("said").textContent = "Une voix lit une question. Si vous n’entendez rien : branchez le casque, montez le volume. L’épreuve peut aussi se passer sans le son.";
  } catch (error) {
    part("said").textContent = "Le son n’a pas pu être lu sur cet appareil. L’épreuve peut se passer sans le son : tout est écrit.";
  }
}

button.addEventListener("click", measure);
part("sound").addEventListener("click", sound);
