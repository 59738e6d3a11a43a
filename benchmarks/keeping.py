"""Keep a report in the README, between the two marks of its section."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).with_name("README.md")


def keep(section: str, report: str, readme: Path = README) -> None:
    """Put a report in place of the one of the same section; what stands around it stays.

    Raises ValueError if the README has no marks of that section.
    """
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    text = readme.read_text(encoding="utf-8")
    before, begun, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not begun or not ended:
        raise ValueError(f"{readme} has no section {section}: add {begin} and {end} where it goes")
    readme.write_text(f"{before}{begin}\n{report.strip()}\n{end}{after}", encoding="utf-8")
