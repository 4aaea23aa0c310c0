"""Colours and whether text in them can be read (WCAG 2.2, 1.4.3): "#0f5c52" and nothing else is a colour here."""

import colorsys
import re

ENOUGH = 4.5
"""The contrast that text of usual size needs."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 200
_LINEAR_BELOW = 0.04045


def is_colour(text: str) -> bool:
    """Tell whether a text is a colour as we keep it: small letters, all six digits."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, ground: str) -> str:
    """Return the shade of a colour nearest to it that can be read on a ground: the same hue, darker or lighter."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    darkens = _luminance(ground) > _luminance("#767676")
    for step in range(_STEPS + 1):
        end = 0.0 if darkens else 1.0
        shade = _colour(colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
        if contrast(shade, ground) >= ENOUGH:
            return shade
    return "#000000" if darkens else "#ffffff"


def mixed(colour: str, ground: str, share: float) -> str:
    """Return a colour laid thinly over a ground."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _colour(tuple(own * share + under * (1 - share) for own, under in pairs))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _colour(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, one)) * 255):02x}" for one in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (
        one / 12.92 if one <= _LINEAR_BELOW else ((one + 0.055) / 1.055) ** 2.4 for one in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
