"""`gridsvc load`: a boundary file into the map."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from geodata.findings import Fault, Finding, Severity, findings_frame
from geodata.measure import counted
from geodata.read import Columns
from geodata.repair import Fix
from gridsvc.areas.declaration import Said, settle
from gridsvc.areas.loading import Inspection, Load, carry_out, inspect
from gridsvc.areas.model import Release
from gridsvc.areas.parents import ParentBy
from gridsvc.areas.publish import LayerSpec, hold_layer
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese, say, say_all, spoken
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from maps.findings import render_findings
from maps.page import Page, read_assets
from maps.words import Language

ASSETS = Path(__file__).resolve().parents[1] / "web" / "assets"

Level = Literal["district", "street", "community", "grid", "sub_estate"]


def load(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile or GeoParquet.")],
    *,
    level: Annotated[Level | None, typer.Option(help="Administrative level of the areas.")] = None,
    zone_layer: Annotated[str | None, typer.Option(help="Name of their zone layer.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    code: Annotated[str, typer.Option(help="Column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="Column with the name.")] = "name",
    parent: Annotated[str | None, typer.Option(help="Column with the parent's code.")] = None,
    parent_by: Annotated[
        ParentBy, typer.Option(help="How to find parents that no column names.")
    ] = ParentBy.CODE,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the attribute table.")] = None,
    repair: Annotated[list[Fix] | None, typer.Option(help="A repair to make; repeatable.")] = None,
    accept: Annotated[
        list[Fault] | None, typer.Option(help="A kind of error to accept; repeatable.")
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a new layer.")] = None,
    title_en: Annotated[str | None, typer.Option(help="Its title in English.")] = None,
    owner_basis: Annotated[
        bool | None, typer.Option(help="The zones say who owns the things in them (权属).")
    ] = None,
    tiles: Annotated[
        bool | None, typer.Option(help="The areas must leave no gap; the default of a level.")
    ] = None,
    overlap_allowed: Annotated[bool | None, typer.Option(help="The areas may overlap.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Check and compare; write nothing.")] = False,
    findings_geojson: Annotated[Path | None, typer.Option(help="Write the findings there.")] = None,
    findings_html: Annotated[Path | None, typer.Option(help="Write a map of them there.")] = None,
) -> None:
    """Load areas as a new release of a layer: it all lands, or nothing does."""
    settings = read_settings()
    said = Said(
        level=level,
        zone_layer=zone_layer,
        title=title,
        title_en=title_en,
        basis=None if owner_basis is None else "owner" if owner_basis else "territory",
        tiles=tiles,
        overlap_allowed=overlap_allowed,
    )
    order = partial(
        Load,
        path=file,
        columns=Columns(code=code, name=name, parent=parent),
        source_layer=layer,
        encoding=encoding,
        crs=crs,
        parent_by=parent_by,
        fixes=frozenset(repair or ()),
        accepted=frozenset(accept or ()),
    )
    since = None if valid_from is None else parse_time(valid_from, settings.zone)
    outputs = (findings_geojson, findings_html)
    asyncio.run(_load(said, order, since=since, dry_run=dry_run, outputs=outputs))


async def _load(
    said: Said,
    order: Callable[..., Load],
    *,
    since: datetime | None,
    dry_run: bool,
    outputs: tuple[Path | None, Path | None],
) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        spec = await settle(db, said)
        if not dry_run:
            await hold_layer(db, spec)
        # "Now" is read when it is this load's turn: of two at once, the later one is in force.
        inspection = await inspect(db, order(spec=spec, valid_from=since or utc_now()))
        _report(inspection)
        _write(inspection, *outputs)
        inspection.refuse_errors()
        if dry_run:
            say("Nothing was written.", "未写入任何数据。")
        else:
            _tell(spec, await carry_out(db, inspection))


def _tell(spec: LayerSpec, release: Release) -> None:
    since = f"{release.valid_from:%Y-%m-%d %H:%M %Z}"
    say(
        f"Release {release.number} of {spec.name}: "
        f"{counted(release.area_count, 'area')} in force from {since} on.",
        f"{spec.title}（{spec.name}）第 {release.number} 版：{release.area_count} 个区域，"
        f"自 {since} 起生效。",
    )


def _report(inspection: Inspection) -> None:
    difference = inspection.difference
    say_all([spoken(change) for change in inspection.changes])
    say_all([_line(finding) for finding in inspection.findings])
    if len(difference.added) < len(inspection.frame):  # else there was nothing to differ from
        say_all([spoken(sentence) for sentence in difference.sentences])
    typer.echo(spoken(difference.summary))
    by_severity = {
        str(severity): sum(finding.severity is severity for finding in inspection.findings)
        for severity in Severity
    }
    typer.echo(json.dumps({"areas": len(inspection.frame), **by_severity, **inspection.counts}))


def _line(finding: Finding) -> str:
    return f"[{finding.severity}] {finding.code}{_where(finding)}: {spoken(finding)}"


def _where(finding: Finding) -> str:
    if finding.place is None or finding.place.is_empty:
        return ""
    point = finding.place.representative_point()
    return f" @{point.x:.6f},{point.y:.6f}"


def _write(inspection: Inspection, geojson: Path | None, html: Path | None) -> None:
    frame = findings_frame(inspection.findings)
    if geojson is not None:
        _write_text(geojson, frame.to_json(ensure_ascii=False, na="null"))
    if html is not None:
        language = Language.ZH if in_chinese() else Language.EN
        page = Page(
            title=inspection.load.path.name, language=language, embedded=read_assets(ASSETS)
        )
        _write_text(html, render_findings(frame, inspection.frame, page))


def _write_text(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Invalid(
            "unwritable_file",
            en=f"{file} cannot be written ({error.strerror}); nothing was loaded.",
            zh=f"无法写入 {file}（{error.strerror}）；未载入任何数据。",
            field="findings",
        ) from error
