"""Routes a folder of Parquet files into another one: each file is a task of its own.

A file appears under its name when it is whole, and the folder when all of them are. Tasks may be
run by anybody, again, and twice at once: each works in a folder of its own.
"""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from geodata.errors import GeodataError
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.order import Order
from gridsvc.bulk.run import Tally, Tell, route_file
from gridsvc.errors import GridsvcError, Invalid

_WORK = ".work-"


@dataclass(frozen=True, slots=True)
class Task:
    """One file of a folder, to be routed into a folder that is not yet whole."""

    order: Order
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that a person can mend, in a form that any process can pass on."""

    code: str
    en: str
    zh: str


def carry_out(task: Task, engine: Engine, tell: Tell = lambda _: None) -> Refusal | None:
    """Route one file, unless it is there already."""
    place = task.order.out
    if place.exists():
        return None
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=place.parent))
    order = replace(task.order, out=work / place.name)
    try:
        route_file(order, engine, tell=tell, threads=task.threads)
    except (GridsvcError, GeodataError) as error:
        name = task.order.file.name
        return Refusal(error.code, en=f"{name}: {error.en}", zh=f"{name}：{error.zh}")
    if order.bad.exists():
        order.bad.replace(task.order.bad)
    order.out.replace(place)
    return None


Run = Callable[[Sequence[Task]], Iterable[Refusal | None]]
"""Carries tasks out, in any order and anywhere."""


def route_folder(order: Order, *, digest: str, run: Run, tell: Tell) -> Tally:
    """Route every Parquet file of a folder; one that was interrupted goes on where it was."""
    files = sorted(order.file.glob("*.parquet"))
    _require_folders(order, files)
    partial = _begun(order, files, digest)
    tasks = [Task(replace(order, file=file, out=partial / file.name)) for file in files]
    for count, refusal in enumerate(run(tasks), start=1):
        if refusal is not None:
            raise Invalid(refusal.code, en=refusal.en, zh=refusal.zh)
        tell(count / len(tasks))
    return _ended(order, partial)


def _require_folders(order: Order, files: Sequence[Path]) -> None:
    if not files:
        raise Invalid(
            "no_files",
            en=f"The folder {order.file} holds no file that ends in .parquet.",
            zh=f"文件夹 {order.file} 中没有 .parquet 文件。",
            field="file",
        )
    if order.out.exists():
        raise Invalid(
            "out_exists",
            en=f"{order.out} is there already; of a folder nothing is replaced.",
            zh=f"{order.out} 已存在；不会替换已有的文件夹。",
            field="out",
        )


def _begun(order: Order, files: Sequence[Path], digest: str) -> Path:
    """Take up the folder of what is done so far, if it is of these files and this map."""
    key = json.dumps([replace(order, file=file).key(digest) for file in files])
    manifest = order.partial / "_manifest.json"
    if not manifest.is_file() or manifest.read_text("utf-8") != key:
        shutil.rmtree(order.partial, ignore_errors=True)
        order.partial.mkdir(parents=True)
        manifest.write_text(key, encoding="utf-8")
    return order.partial


def _ended(order: Order, partial: Path) -> Tally:
    for work in partial.glob(f"{_WORK}*"):
        shutil.rmtree(work)
    (partial / "_manifest.json").unlink()
    bad = _move_bad(order, partial)
    outcomes, rows = Counter[str](), 0
    for file in partial.glob("*.parquet"):
        column = pq.read_table(file, columns=["outcome"])["outcome"]
        outcomes.update({o["values"]: o["counts"] for o in column.value_counts().to_pylist()})
        rows += len(column)
    partial.rename(order.out)
    return Tally(rows, bad, dict(sorted(outcomes.items())))


def _move_bad(order: Order, partial: Path) -> int:
    """Put bad rows into one file beside the folder, each with the name of its file."""
    listed = sorted(partial.glob("*.bad.csv"))
    order.bad.unlink(missing_ok=True)
    lines = 0
    if listed:
        with order.bad.open("w", encoding="utf-8", newline="") as whole:
            whole.write("file,line,code,zh,en\r\n")
            for file in listed:
                name = file.name.removesuffix(".bad.csv")
                for line in file.read_text("utf-8").splitlines()[1:]:
                    whole.write(f"{name}.parquet,{line}\r\n")
                    lines += 1
                file.unlink()
    return lines
