"""The terminal while somebody looks on; the only importer of rich, and itself imported only then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from rich import box
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table as Grid
from rich.text import Text

from cses_action.hosts.log import annotation_head, more_lines, percent, unread, waited
from cses_action.messages import Annotation, Level, Line, Message, Progress, Table, Waiting
from cses_action.report.plain import defuse, one_line

STYLES: Mapping[Level, str] = {"error": "bold red", "warning": "bold yellow", "notice": "bold blue"}

WIDEST = 10_000
"""Columns; no row is longer."""


class Screen:
    """Colour, tables, and a bar for every thing that takes its time.

    Text goes to rich as ``Text``, so that no bracket or colon in it is read as markup or emoji.
    """

    def __init__(self, env: Mapping[str, str], out: TextIO) -> None:
        no_color = bool(env.get("NO_COLOR"))
        self._out = out
        self._console = Console(file=out, force_terminal=True, no_color=no_color, _environ=env)
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def show(self, message: Message) -> None:
        """Show a message."""
        with unread(self._out):
            self._show(message)

    def _show(self, message: Message) -> None:
        match message:
            case Line(text):
                self._print(Text(defuse(text)))
            case Annotation():
                self._annotate(message)
            case Progress(label, done, total, detail):
                share = f"{percent(message)} %"
                self._bar(label, done, total, f"{share} {detail}", ended=done >= total)
            case Waiting(label, _, _, detail, ended):
                # Nobody knows how far it is: the bar moves to and fro until it is full.
                self._bar(label, int(ended), 1 if ended else None, f"{waited(message)} {detail}", ended=ended)
            case _:
                self._table(message)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Put a title above what is shown within; bars end with it, also when an error passes."""
        with unread(self._out):
            self._print(_text(title, "bold"))
        try:
            yield
        finally:
            with unread(self._out):
                self._rest()

    def _table(self, table: Table) -> None:
        grid = _grid(table)
        wide = self._console.options.update(width=WIDEST)
        fits = self._console.measure(grid, options=wide).maximum <= self._console.width
        self._console.print(grid if fits else _rows(table))

    def _annotate(self, annotation: Annotation) -> None:
        if annotation.level == "error":
            self._rest()
        head = annotation_head(annotation)
        text = Text.assemble((head.place, "bold"), (head.kind, STYLES[annotation.level]), head.text)
        self._print(Text("\n").join([text, *map(Text, more_lines(annotation))]))

    def _bar(self, name: str, done: int, total: int | None, detail: str, *, ended: bool) -> None:
        bars = self._bars or self._start()
        label = defuse(one_line(name))
        if label not in self._tasks:
            self._tasks[label] = bars.add_task(label, total=total, detail="")
        detail = defuse(one_line(detail)).rstrip()
        bars.update(self._tasks[label], completed=done, total=total, detail=detail, refresh=True)
        if ended:
            del self._tasks[label]
        if not self._tasks:
            self._rest()

    def _start(self) -> Bars:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
        )
        # No thread that draws and no hidden cursor: a signal may end the run between any two lines.
        self._bars = Bars(
            *columns, console=self._console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._bars.start()
        self._console.show_cursor()
        return self._bars

    def _rest(self) -> None:
        if self._bars:
            self._bars.stop()
        self._bars = None
        self._tasks = {}

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _text(text: str, style: str = "") -> Text:
    return Text(defuse(one_line(text)), style)


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE)
    for column in table.columns:
        grid.add_column(_text(column), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_text(cell) for cell in row))
    return grid


def _rows(table: Table) -> Grid:
    """Return the rows below each other, each cell in a line of its own: a thumbprint in pieces helps nobody."""
    grid = Grid(box=None, show_header=False)
    grid.add_column()
    grid.add_column(overflow="fold")
    for row in table.rows:
        for column, each in zip(table.columns, row, strict=False):
            grid.add_row(_text(column, "bold"), _text(each))
        grid.add_row()
    return grid
