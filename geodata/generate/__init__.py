"""A made-up Chinese city from a seed, at three scales, and what is reported in it.

Names, borders and codes are invented; the codes lie under the prefecture 3799, which does not
exist. No persons occur, only counts and posts.
"""

from geodata.generate.catalogue import CategoryScheme
from geodata.generate.city import City, generate
from geodata.generate.estates import ESTATE_TYPES
from geodata.generate.incidents import incidents
from geodata.generate.plan import Scale
from geodata.generate.write import write_city
from geodata.generate.zones import LayerSpec

__all__ = [
    "ESTATE_TYPES",
    "CategoryScheme",
    "City",
    "LayerSpec",
    "Scale",
    "generate",
    "incidents",
    "write_city",
]
