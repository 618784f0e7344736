"""A council's colour: worked out from one accent, refused when white text could not be read."""

from functools import lru_cache

DEFAULT_ACCENT = "#0f5467"
WHITE = "#ffffff"
READABLE = 4.5  # contrast of text on its ground, WCAG 2.2 AA 1.4.3


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, *, share: float) -> str:
    """Blend two colours; `share` is how much of the other, 0 to 1."""
    parts = (
        round(int(colour[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def nearest_readable(colour: str) -> str:
    """Answer the nearest darker colour on which white text reads."""
    share = 0.0
    while contrast(mix(colour, "#000000", share=share), WHITE) < READABLE:
        share += 0.01
    return mix(colour, "#000000", share=share)


@lru_cache(maxsize=200)
def css(accent: str | None) -> str:
    """The style sheet of a theme; empty for the shipped colour."""
    if accent is None or accent.lower() == DEFAULT_ACCENT:
        return ""
    strong = mix(accent, "#000000", share=0.3)
    tint = mix(accent, WHITE, share=0.88)
    return f":root{{--vs-accent:{accent};--vs-accent-strong:{strong};--vs-accent-tint:{tint}}}\n"
