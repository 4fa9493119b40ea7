"""Headers that list what a client likes, with weights: `zh-CN, en;q=0.8` (RFC 9110, 12.4.2)."""


def by_weight(header: str) -> list[str]:
    """List the values in lower case, the best liked first; what has no weight is not wanted."""
    weighted = []
    for part in header.lower().split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        weighted.append((_weight(parameters), value))
    weighted.sort(key=lambda pair: -pair[0])
    return [value for weight, value in weighted if weight]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
