"""Files from pictures and samples: everything goes to ffmpeg through pipes."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skia

from .scenes.stage import FPS, HEIGHT, WIDTH
from .speech import RATE, Cue, Reading

LOUDNESS, PEAK = -18.0, -1.5
"""Targets of a reading: LUFS and dBTP."""

_LIMIT = 0.76
# Linear, about -2.4 dB: what the limiter lets through; resampling and AAC then add up to 0.8 dB to the peaks.


@dataclass(frozen=True)
class Profile:
    """How much time the encoder takes. ``quality`` is x264's CRF: lower is finer and larger."""

    preset: str
    quality: int


PROFILES = {"fine": Profile("veryfast", 27), "fast": Profile("superfast", 28)}

_CEILING = ["-maxrate", "520k", "-bufsize", "1040k"]
# Most scenes need a third of it; it holds back driving views and rain, where every pixel changes in every frame.


class EncodeError(Exception):
    """ffmpeg refused; the message is its own."""


def _ffmpeg(arguments: list[str], feed: Iterable) -> str:
    """Run ffmpeg on buffers fed to its standard input, and return what it reports. Raises EncodeError."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-y", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for buffer in feed:
            process.stdin.write(buffer)
        process.stdin.close()
    except BrokenPipeError:
        pass  # ffmpeg stopped early: its exit code and report say why
    except BaseException:
        process.kill()
        process.wait()
        raise
    report = process.stderr.read().decode(errors="replace")
    process.stderr.close()
    if process.wait():
        raise EncodeError(report.strip()[-600:])
    return report


def video(frames: Iterable[memoryview], file: Path, profile: Profile) -> None:
    """A silent H.264 film from BGRA frames, ready to play while it downloads, with a keyframe every 2 s."""
    _ffmpeg(
        [
            "-loglevel",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "bgra",
            "-s",
            f"{WIDTH}x{HEIGHT}",
            "-r",
            str(FPS),
            "-i",
            "-",
        ]
        + ["-an", "-c:v", "libx264", "-preset", profile.preset, "-crf", str(profile.quality), *_CEILING]
        + ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709"]
        + ["-color_trc", "bt709", "-pix_fmt", "yuv420p", "-g", str(2 * FPS), "-keyint_min", str(2 * FPS)]
        + ["-sc_threshold", "0", "-threads", "1", "-movflags", "+faststart", "-fflags", "+bitexact", str(file)],
        frames,
    )


def filmed(footage: Path, moments: list[float]) -> Iterator[memoryview]:
    """The frames of a film at these moments (consecutive), as BGRA bytes like a drawn scene's: the whole picture, on
    black where its shape is another. A film that ends early stands still. Raises EncodeError."""
    fit = f"fps={FPS},scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,"
    fit += f"pad={WIDTH}:{HEIGHT}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=bgra"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-ss", f"{moments[0]:.3f}"]
    command += ["-i", str(footage), "-an", "-sn", "-dn", "-map", "0:v:0", "-vf", fit]
    command += ["-frames:v", str(len(moments)), "-f", "rawvideo", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    frame, shown = None, 0
    try:
        while shown < len(moments):
            read = process.stdout.read(WIDTH * HEIGHT * 4)
            frame = read if len(read) == WIDTH * HEIGHT * 4 else frame
            if frame is None:
                raise EncodeError(f"{footage.name}: no picture could be read")
            shown += 1
            yield memoryview(frame)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def still(frame: memoryview, file: Path) -> None:
    """A JPEG of one BGRA frame."""
    info = skia.ImageInfo.Make(WIDTH, HEIGHT, skia.kBGRA_8888_ColorType, skia.kOpaque_AlphaType)
    image = skia.Image.MakeRasterData(info, skia.Data(frame), WIDTH * 4)
    file.write_bytes(bytes(image.encodeToData(skia.kJPEG, 84)))


def sound(reading: Reading, file: Path) -> None:
    """An AAC file of a reading, brought to LOUDNESS without its peaks passing PEAK."""
    raw = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    report = _ffmpeg([*raw, "-af", "ebur128=framelog=verbose", "-f", "null", "-"], _samples(reading))
    measured = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])
    # The limiter shaves the loudest syllables; the extra tenth makes up for what it takes away on average.
    gain = LOUDNESS - measured + 0.1
    level = f"volume={gain:.2f}dB,alimiter=limit={_LIMIT}:level=false:attack=2:release=60,aresample=44100"
    _ffmpeg(
        ["-loglevel", "error", *raw, "-af", level, "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-movflags", "+faststart"]
        + ["-fflags", "+bitexact", str(file)],
        _samples(reading),
    )


def _samples(reading: Reading) -> list[bytes]:
    return [reading.samples.astype(np.int16).tobytes()]


def captions(cues: Iterable[Cue], file: Path) -> None:
    """WebVTT captions: one per part that is read."""
    blocks = [
        "WEBVTT",
        *(f"{cue.part}\n{_clock(cue.start)} --> {_clock(cue.end)}\n{_escaped(cue.text)}" for cue in cues),
    ]
    file.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _escaped(text: str) -> str:
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def facts(values: dict, file: Path) -> None:
    """A JSON file of what a player must know before it opens the media."""
    file.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
