"""Which function draws which question."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from .stage import Drawing, Stage

Setting = Callable[[Stage], Drawing]
"""Paints the background of a stage, and returns what to draw over it in each frame."""

_HERE = Path(__file__).parent
_settings: dict[str, Setting] = {}


class MissingScene(LookupError):
    """No scene is registered for a question."""


@dataclass(frozen=True)
class Scene:
    """A question's scene: how to draw it, and the files its drawing depends on."""

    setting: Setting
    sources: tuple[Path, ...]

    def drawing(self, duration: float) -> Drawing:
        """The drawing of the whole picture over ``duration`` seconds."""
        stage = Stage(duration)
        return stage.player(self.setting(stage))


def scene(code: str) -> Callable[[Setting], Setting]:
    """Register the decorated function as the scene of the question ``code``."""

    def register(setting: Setting) -> Setting:
        if code in _settings:
            raise ValueError(f"two scenes are registered for {code}")
        _settings[code] = setting
        return setting

    return register


@cache
def _load() -> tuple[Path, ...]:
    """Import every module of scenes once, and return the files all of them depend on."""
    for module in sorted(_HERE.glob("*/*.py")):
        if module.parent.name != "kit" and module.stem != "__init__":
            import_module(f"{__package__}.{module.parent.name}.{module.stem}")
    return (_HERE / "stage.py", *sorted(path for path in (_HERE / "kit").iterdir() if path.is_file()))


def find(code: str) -> Scene:
    """The scene of a question. Raises MissingScene."""
    shared = _load()
    if code not in _settings:
        raise MissingScene(f"{code}: no scene; write one in exams/bank/scenes and register it with @scene({code!r})")
    setting = _settings[code]
    return Scene(setting, (*shared, Path(sys.modules[setting.__module__].__file__)))
