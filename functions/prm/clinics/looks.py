"""How a clinic's pages and mails look: its colour in light and dark, and its logo, drawn anew from what was sent in."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prm.clinics.model import COLOUR, Logo, Looks
from prm.core import colours
from prm.core.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 200 * 1024
"""Of a logo as it is sent in."""
_MOST_PIXELS = 16_000_000
_KINDS = ("PNG", "JPEG", "WEBP")
_SIZE = (480, 96)
"""What a logo is kept in: twice of what is shown, for screens with fine pixels."""
_SHOWN = (240, 48)
_LIGHT = "#f5f5f2"
"""The darkest ground that a brand colour stands on in light pages; who can read it there can read it on white."""
_DARK = "#1b2225"
_DARK_INK = "#06211c"
_USUAL_DARK = "#79cdbb"
_USUAL_SOFT, _USUAL_DARK_SOFT = "#e2f0ec", "#173a35"


@dataclass(frozen=True)
class Shades:
    """A brand colour as it is used: on light and on dark grounds, with the text upon it and its pale ground."""

    light: str
    on_light: str
    soft: str
    dark: str
    on_dark: str
    dark_soft: str


def shades(colour: str) -> Shades:
    """Return what a brand colour becomes; our own has shades that were chosen by eye."""
    if colour == COLOUR:
        return Shades(COLOUR, "#ffffff", _USUAL_SOFT, _USUAL_DARK, _DARK_INK, _USUAL_DARK_SOFT)
    dark = colours.nearest(colour, _DARK)
    return Shades(
        light=colour,
        on_light="#ffffff",
        soft=colours.mixed(colour, "#ffffff", 0.12),
        dark=dark,
        on_dark=colours.nearest(_DARK_INK, dark),
        dark_soft=colours.mixed(dark, _DARK, 0.2),
    )


def readable(colour: str) -> str:
    """Return the colour if it can be read on our pages and white on it, else the nearest shade that can."""
    return colours.nearest(colour, _LIGHT)


def logo_of(sent: bytes) -> tuple[Logo, bytes]:
    """Return a logo as we keep it, drawn anew on white: nothing but the picture is left of what was sent.

    Raises Invalid for what is no PNG, JPEG or WebP, is too large, or breaks off.
    """
    if len(sent) > MOST_BYTES:
        raise Invalid("The picture is larger than 200 KB", field="logo")
    picture = _drawn(sent)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    data = kept.getvalue()
    width, height = picture.size
    scale = min(1.0, _SHOWN[0] / width, _SHOWN[1] / height)
    name = f"{hashlib.sha256(data).hexdigest()[:20]}.png"
    return Logo(name, max(1, round(width * scale)), max(1, round(height * scale))), data


def style_sheet(looks: Looks) -> str:
    """Return the name of the style sheet that gives pages a clinic's colour, "" where it is ours."""
    return "" if looks.colour == COLOUR else f"brand-{looks.colour[1:]}.css"


def styles(name: str) -> str | None:
    """Return the style sheet of that name: all of it follows from the colour in the name. None for any other name."""
    colour = f"#{name.removeprefix('brand-').removesuffix('.css')}"
    if name != f"brand-{colour[1:]}.css" or not colours.is_colour(colour) or readable(colour) != colour:
        return None
    one = shades(colour)
    return (
        f":root{{--brand:{one.light};--on-brand:{one.on_light};--soft:{one.soft}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--brand:{one.dark};--on-brand:{one.on_dark};"
        f"--soft:{one.dark_soft}}}}}\n"
    )


def _drawn(sent: bytes) -> "Image":
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(action="error"):
            found = Image.open(io.BytesIO(sent), formats=_KINDS)
            is_huge = found.width * found.height > _MOST_PIXELS
            upright = found if is_huge else ImageOps.exif_transpose(found).convert("RGBA")
    except Exception as err:  # a hostile picture makes Pillow raise whatever it likes
        raise Invalid("This is no PNG, JPEG or WebP picture that we can read", field="logo") from err
    if is_huge:
        raise Invalid("The picture has too many pixels; 480 by 96 are enough", field="logo")
    upright.thumbnail(_SIZE, Image.Resampling.LANCZOS)
    white = Image.new("RGBA", upright.size, "#ffffff")
    return Image.alpha_composite(white, upright).convert("RGB")
