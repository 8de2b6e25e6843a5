"""A table of words, for a terminal or as Markdown."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """The first column is text, all others are aligned to the right."""

    head: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def add(self, row: list[str]) -> None:
        self.rows.append(row)

    def text(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.head))]

        def laid(line: list[str]) -> str:
            cells = [line[0].ljust(widths[0]), *(w.rjust(n) for w, n in zip(line[1:], widths[1:]))]
            return "  ".join(cells).rstrip()

        return "\n".join(laid(line) for line in lines)

    def markdown(self) -> str:
        rule = ["---", *("---:" for _ in self.head[1:])]
        return "\n".join("| " + " | ".join(line) + " |" for line in [self.head, rule, *self.rows])

    def formatted(self, form: str) -> str:
        return self.markdown() if form == "md" else self.text()
