"""Texts by number, so that a column of millions holds small numbers only."""

from threading import Lock

Name = tuple[str, ...]


class Names:
    """Numbers names in the order in which they are met; several threads may do so."""

    def __init__(self) -> None:
        self._numbers: dict[Name, int] = {}
        self._names: list[Name] = []
        self._adding = Lock()

    def number(self, *name: str) -> int:
        """Give the number of a name, a new one where it is new."""
        with self._adding:
            if name not in self._numbers:
                self._numbers[name] = len(self._names)
                self._names.append(name)
            return self._numbers[name]

    def __getitem__(self, number: int) -> Name:
        return self._names[number]

    def __len__(self) -> int:
        return len(self._names)
