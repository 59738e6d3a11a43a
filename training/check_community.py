"""Check that every answer of the community questions stands in its document's visible text."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Invented documents with questions: of communities; articles, regulations and glossaries; and those
# in which many things look alike.
FOLDERS = [Path(__file__).parent / name for name in ("community", "articles", "lookalikes")]
_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")
_LEAD = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)+")


def visible(markdown: str) -> str:
    """Return the text without Markdown marks; the cells of a table row are joined by " | "."""
    lines, fenced = [], False
    for line in markdown.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append(line)
        elif not _RULE.fullmatch(line):
            line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", _LEAD.sub("", line, count=1))
            line = re.sub(r"\*([^\s*][^*]*)\*", r"\1", line.replace("**", "").replace("`", ""))
            if line.startswith("|"):
                line = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
            lines.append(line)
    return "\n".join(lines)


def failures(questions: Path) -> Iterator[str]:
    """Yield a line for each string of the file that is not in the document beside it."""
    text = visible(questions.with_suffix(".md").read_text(encoding="utf-8"))
    for line in questions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        single = [row[key] for key in ("near", "in") if key in row]
        wanted = [*row.get("answers", []), *row.get("all", []), *single]
        for string in wanted:
            if not string or string not in text:
                yield f"{questions.name}: {row['question']!r}: {string!r}"
        if not wanted:
            yield f"{questions.name}: {row['question']!r}: no string"
        if "in" in row and not any(answer in row["in"] for answer in row["answers"]):
            yield f"{questions.name}: {row['question']!r}: no answer in {row['in']!r}"


def main() -> int:
    """Print what fails and the number of questions by language and kind; return the exit code."""
    failed, counts = 0, Counter[tuple[str, str]]()
    for questions in sorted(path for folder in FOLDERS for path in folder.glob("*.jsonl")):
        for failure in failures(questions):
            failed += 1
            print(failure)
        for line in questions.read_text(encoding="utf-8").splitlines():
            counts[questions.name.split("-")[0], json.loads(line)["kind"]] += 1
    for (language, kind), count in sorted(counts.items()):
        print(language, kind, count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
