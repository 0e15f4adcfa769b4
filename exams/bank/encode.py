"""Files from pictures and samples: everything goes to ffmpeg through pipes."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
    """How much time the encoders take: the presets of x264 and SVT-AV1, and their CRF (lower is finer and larger)."""

    preset: str
    quality: int
    light_preset: int
    light_quality: int


PROFILES = {"fine": Profile("veryfast", 27, 13, 48), "fast": Profile("superfast", 28, 13, 52)}

_CEILING = ["-maxrate", "520k", "-bufsize", "1040k"]
# Most scenes need a third of it; it holds back driving views and rain, where every pixel changes in every frame.

_BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
_TO_BT709 = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"

# The headers of two films made with these do not depend on what they show: they can be joined without encoding again.
_H264 = ["-c:v", "libx264", *_CEILING, *_BT709, "-keyint_min", str(2 * FPS), "-sc_threshold", "0"]
_H264 += ["-x264-params", "stitchable=1", "-threads", "1"]

# Without the tools for screen content, which cost half of the time here and gain nothing; easy on old tablets.
_AV1 = ["-c:v", "libsvtav1", "-svtav1-params", "lp=1:scm=0:fast-decode=1:enable-tf=0", *_BT709]

_ANYWHERE = ["-movflags", "+faststart", "-fflags", "+bitexact"]


TYPES = {
    "video.mp4": 'video/mp4; codecs="avc1.64001F"',
    "light.mp4": 'video/mp4; codecs="av01.0.05M.08"',
    "reading.m4a": 'audio/mp4; codecs="mp4a.40.2"',
    "reading.webm": 'audio/webm; codecs="opus"',
    "description.m4a": 'audio/mp4; codecs="mp4a.40.2"',
}
"""What a browser is told of each file, to choose before it asks for any; an old one takes the first of each pair."""


class EncodeError(Exception):
    """ffmpeg refused; the message is its own."""


_PIPE = 1 << 20
# Bytes: a picture goes through in four steps instead of sixty.


def _ffmpeg(arguments: list[str], feed: Iterable) -> str:
    """Run ffmpeg on buffers fed to its standard input, and return what it reports. Raises EncodeError."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-y", *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pipesize=_PIPE
    )
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


def _pictures(rate: float = FPS) -> list[str]:
    """The input that ``frames`` of the stage are."""
    size = ["-pix_fmt", "bgra", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(rate)]
    return ["-loglevel", "error", "-f", "rawvideo", *size, "-i", "-"]


def videos(frames: Iterable[memoryview], universal: Path, light: Path, profile: Profile) -> None:
    """One silent film from BGRA frames in two files, ready to play while they download: ``universal`` is H.264, which
    everything plays, with a keyframe every 2 s; ``light`` is AV1 of half its size, with one keyframe alone."""
    _ffmpeg(
        [*_pictures(), "-filter_complex", f"{_TO_BT709},split[a][b]"]
        + ["-map", "[a]", *_H264, "-g", str(2 * FPS), "-preset", profile.preset, "-crf", str(profile.quality)]
        + [*_ANYWHERE, str(universal)]
        + ["-map", "[b]", *_AV1, "-g", "300", "-preset", str(profile.light_preset), "-crf", str(profile.light_quality)]
        + [*_ANYWHERE, str(light)],
        frames,
    )


def segment(frames: Iterable[memoryview], voice: Path | None, file: Path, *, seconds: float) -> None:
    """A part of a film, of H.264 and AAC: one BGRA frame a second, and a sound file over it (silence without one)."""
    _ffmpeg(
        [*_pictures(1), *_voice(voice), "-filter_complex", f"[0]{_TO_BT709},fps={FPS}[v];[1]{_within(seconds)}[a]"]
        + ["-map", "[v]", *_H264, *_STILLS, "-map", "[a]", *_AAC, *_ANYWHERE, str(file)],
        frames,
    )


def dubbed(video: Path, voice: Path | None, file: Path, *, seconds: float, again: bool = False) -> None:
    """A part of a film: a video with a sound file over it (silence without one), whose last picture stays until the end
    of ``seconds``. The video is copied as it is, or encoded ``again`` to be like the others or to last longer."""
    fit = (
        f"fps={FPS},scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,pad={WIDTH}:{HEIGHT}:-1:-1,{_TO_BT709}"
    )
    filters, copied = f"[1]{_within(seconds)}[a]", ["-map", "0:v:0", "-c:v", "copy"]
    if again:
        filters += f";[0:v:0]setsar=1,{fit},tpad=stop_mode=clone:stop_duration=99,trim=end={seconds:.3f}[v]"
        copied = ["-map", "[v]", *_H264, "-preset", "veryfast", "-crf", "27", "-g", str(2 * FPS)]
    _ffmpeg(
        ["-loglevel", "error", "-i", str(video), *_voice(voice), "-filter_complex", filters]
        + [*copied, "-video_track_timescale", str(_TIMESCALE), "-map", "[a]", *_AAC, *_ANYWHERE, str(file)],
        [],
    )


_TIMESCALE = 12_800

# Pictures that change once a second: nothing is looked for between two of them, and a keyframe every 10 s is enough.
_STILLS = ["-preset", "veryfast", "-crf", "23", "-g", str(10 * FPS), "-video_track_timescale", str(_TIMESCALE)]

_AAC = ["-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "44100"]

_PRIMING = 0.06
# Seconds, a little more than two packets of AAC: a part's sound ends so much before its pictures, for the next part's
# begins that much before its own.


def _voice(file: Path | None) -> list[str]:
    return ["-i", str(file)] if file else ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono"]


def _within(seconds: float) -> str:
    """The filter that makes a sound last so many seconds, less what the next one needs."""
    return f"aresample=44100,aformat=channel_layouts=mono,apad,atrim=end={seconds - _PRIMING:.3f}"


def joined(parts: list[tuple[Path, float]], chapters: list[tuple[float, str]], file: Path) -> None:
    """One film of (part, seconds), copied without encoding, with chapters that begin at (second, title)."""
    total = sum(seconds for _, seconds in parts)
    ends = [*(start for start, _ in chapters[1:]), total]
    marks = [
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start * 1000:.0f}\nEND={end * 1000:.0f}\ntitle={title}\n"
        for (start, title), end in zip(chapters, ends)
    ]
    with TemporaryDirectory() as folder:
        about = Path(folder) / "chapters.txt"
        about.write_text(";FFMETADATA1\n" + "".join(marks), encoding="utf-8")
        listed = ["ffconcat version 1.0\n", *(f"file '{part}'\nduration {seconds:.3f}\n" for part, seconds in parts)]
        listing = Path(folder) / "parts.txt"
        listing.write_text("".join(listed), encoding="utf-8")
        _ffmpeg(
            ["-loglevel", "error", "-f", "concat", "-safe", "0", "-i", str(listing), "-i", str(about)]
            + ["-map", "0:v", "-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy", *_ANYWHERE]
            + ["-f", "mp4", str(file)],
            [],
        )


def header(file: Path) -> bytes:
    """The parameter sets of an H.264 file in MP4 (its avcC box): two that are equal can be joined. Empty without one."""
    content = file.read_bytes()
    at = content.find(b"avcC")
    return content[at : at - 4 + int.from_bytes(content[at - 4 : at])] if at > 4 else b""


def seconds_of(file: Path) -> float:
    """How long an MP4 file lasts, as its movie header says. Raises EncodeError."""
    content = file.read_bytes()
    at = content.find(b"mvhd")
    if at < 0:
        raise EncodeError(f"{file.name} is not an MP4 file")
    wide = content[at + 4]  # version 1 has 64-bit times
    at += 8 + (16 if wide else 8)
    scale = int.from_bytes(content[at : at + 4])
    return int.from_bytes(content[at + 4 : at + (12 if wide else 8)]) / scale


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


def sounds(reading: Reading, universal: Path, light: Path | None = None) -> None:
    """A reading, brought to LOUDNESS without its peaks passing PEAK: AAC for everything, and, where it is asked for,
    Opus of a third of its size."""
    raw = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    report = _ffmpeg([*raw, "-af", "ebur128=framelog=verbose", "-f", "null", "-"], _samples(reading))
    measured = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])
    # The limiter shaves the loudest syllables; the extra tenth makes up for what it takes away on average.
    gain = LOUDNESS - measured + 0.1
    level = f"volume={gain:.2f}dB,alimiter=limit={_LIMIT}:level=false:attack=2:release=60"
    made = ["-af", f"{level},aresample=44100", "-c:a", "aac", "-b:a", "64k", *_ANYWHERE, str(universal)]
    if light:
        made += ["-af", f"{level},aresample=48000", "-c:a", "libopus", "-b:a", "24k", "-application", "voip"]
        made += [*_ANYWHERE[2:], str(light)]
    _ffmpeg(["-loglevel", "error", *raw, *made], _samples(reading))


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
