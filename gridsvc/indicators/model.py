"""The definitions of a city, edition by edition."""

from gridsvc.db.editions import EditionRow


class IndicatorEdition(EditionRow):
    """A file of definitions; `gridsvc.indicators.edition_file` reads its source."""

    __tablename__ = "indicator_edition"
