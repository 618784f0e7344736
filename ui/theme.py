"""A council's colour: its two companions, and whether it can be read (plain Python)."""

from typing import Final

ACCENT: Final = "#0f5467"
LEAST_CONTRAST: Final = 4.5  # of text against its ground [WCAG-2.2 1.4.3]
STRONG_SHARE: Final = 0.68  # of the colour's light kept when hovered
TINT_SHARE: Final = 0.12  # of the colour mixed into white when selected

Rgb = tuple[int, int, int]


class ColourTooLight(ValueError):
    """A colour on which white text could not be read; carries the ratio and one that passes."""

    def __init__(self, ratio: float, nearest: str) -> None:
        self.ratio = ratio
        self.nearest = nearest
        super().__init__(f"Contrast with white is {ratio:.1f}; {nearest} is the nearest that passes")


def _rgb(colour: str) -> Rgb:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6:
        raise ValueError("A colour has six hexadecimal digits, like #0f5467")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)


def _light(colour: str) -> float:
    """Relative luminance, 0 to 1 [WCAG-2.2]."""
    parts = []
    for part in _rgb(colour):
        share = part / 255
        parts.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 [WCAG-2.2 1.4.3]."""
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _scaled(colour: str, share: float) -> str:
    red, green, blue = _rgb(colour)
    return _hex((round(red * share), round(green * share), round(blue * share)))


def _tinted(colour: str, share: float) -> str:
    red, green, blue = (round(255 - (255 - part) * share) for part in _rgb(colour))
    return _hex((red, green, blue))


def nearest_that_passes(colour: str) -> str:
    """The colour itself, or the lightest darker shade of it on which white can be read."""
    for percent in range(100, -1, -1):
        shade = _scaled(colour, percent / 100)
        if contrast(shade, "#ffffff") >= LEAST_CONTRAST:
            return shade
    return "#000000"


def check_accent(colour: str) -> str:
    """The colour in six digits. Raises ColourTooLight, or ValueError when it is no colour."""
    plain = _hex(_rgb(colour))
    ratio = contrast(plain, "#ffffff")
    if ratio < LEAST_CONTRAST:
        raise ColourTooLight(ratio, nearest_that_passes(plain))
    return plain


def stylesheet(accent: str = ACCENT) -> str:
    """What /theme.css answers: three custom properties and nothing else."""
    plain = check_accent(accent)
    if plain == ACCENT:
        return ":root{}\n"
    return (
        f":root{{--vs-accent:{plain};--vs-accent-strong:{_scaled(plain, STRONG_SHARE)};"
        f"--vs-accent-tint:{_tinted(plain, TINT_SHARE)}}}\n"
    )
