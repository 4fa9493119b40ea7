"""Names by the pairs of characters in them, so that a text is compared with a few of them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from gridsvc.addresses.spelling import Spelling, Text, Written, spelling


class Lookup:
    """Names, each known by a number. Those that are written alike are compared once."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        bearers: dict[Written, list[int]] = defaultdict(list)
        for number, name in names:
            bearers[Written.of(name)].append(number)
        self._written = list(bearers)
        self._bearers = list(bearers.values())
        by_pair: dict[str, list[int]] = defaultdict(list)
        for at, written in enumerate(self._written):
            for pair in written.pairs:
                by_pair[pair].append(at)
        self._by_pair = {pair: np.array(found, np.int32) for pair, found in by_pair.items()}

    def like(
        self, pairs: Iterable[str], text: Text, *, ending: str = ""
    ) -> Iterator[tuple[int, Spelling]]:
        """Compare a text with the names that have one of some pairs, and give those like it.

        `ending` must end the name.
        """
        listed = [self._by_pair[pair] for pair in pairs if pair in self._by_pair]
        found = np.unique(np.concatenate(listed)).tolist() if listed else []
        for at in found:
            written = self._written[at]
            if written.whole.endswith(ending) and (how := spelling(written, text)):
                yield from ((number, how) for number in self._bearers[at])
