"""The text for the expert who opens a disclosure packet, in three languages."""

from importlib.resources import files


def readme(language: str) -> bytes:
    """Give the text; ``language`` is en, kk or ru."""
    return (files("lims") / "packet_texts" / f"README-{language}.txt").read_bytes()
