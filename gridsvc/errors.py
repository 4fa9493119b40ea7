"""The service's errors, named for the domain. HTTP numbers stand in `gridsvc.http.problems` only.

GridsvcError
├── Invalid            what was sent cannot be accepted as it is; names the field
│   ├── OutsideServiceArea
│   └── InvalidCursor
├── NotFound           no such thing, or none that the caller may see
├── Gone               it was there, and is not any more
├── Conflict           what was sent contradicts what is stored
│   ├── DifferentBody      the same id or key came with another body
│   └── IllegalTransition  the status does not allow the action
├── StaleVersion       somebody changed it first
├── VersionRequired    a change must say which version it is made to
├── NotAuthenticated   nobody is signed in
├── NotAllowed         somebody is, but may not
├── TooLarge           more bytes than are taken
├── UnknownProtocol    the caller speaks another version of a protocol
├── TooManyRequests    more is asked at once than can be done; it may be asked again soon
├── ProviderAway       an identity provider does not answer as it should
├── DatabaseAway       the database does not answer at this moment
├── StorageAway        the storage of files does not answer at this moment
├── PaperAway          this machine cannot put a page on paper
├── NotAcceptable      the answer cannot be given in the format asked for
├── WrongMediaType     the body is not of a type this address takes
└── SetupError         the machine or the database is not as the program needs it
"""

from collections.abc import Mapping


class GridsvcError(Exception):
    """An error that a person can understand: a stable code and a sentence in both languages."""

    code = "error"

    def __init__(
        self,
        code: str | None = None,
        *,
        en: str,
        zh: str,
        field: str | None = None,
        **detail: object,
    ) -> None:
        super().__init__(en)
        self.code = code or type(self).code
        self.en = en
        self.zh = zh
        self.field = field
        self.detail: Mapping[str, object] = detail


class Invalid(GridsvcError):
    code = "invalid"


class OutsideServiceArea(Invalid):
    code = "outside_service_area"


class InvalidCursor(Invalid):
    code = "invalid_cursor"


class NotFound(GridsvcError):
    code = "not_found"


class Gone(GridsvcError):
    code = "gone"


class Conflict(GridsvcError):
    code = "conflict"


class DifferentBody(Conflict):
    code = "different_body"


class IllegalTransition(Conflict):
    code = "illegal_transition"


class StaleVersion(GridsvcError):
    code = "stale_version"


class VersionRequired(GridsvcError):
    code = "version_required"


class NotAuthenticated(GridsvcError):
    code = "not_authenticated"


class NotAllowed(GridsvcError):
    code = "not_allowed"


class TooLarge(GridsvcError):
    code = "too_large"


class UnknownProtocol(GridsvcError):
    code = "unknown_protocol"


class TooManyRequests(GridsvcError):
    code = "too_many_requests"


class DatabaseAway(GridsvcError):
    code = "database_away"


class StorageAway(GridsvcError):
    code = "storage_away"


class ProviderAway(GridsvcError):
    code = "provider_away"


class PaperAway(GridsvcError):
    code = "no_paper"


class NotAcceptable(GridsvcError):
    code = "not_acceptable"


class WrongMediaType(GridsvcError):
    code = "wrong_media_type"


class SetupError(GridsvcError):
    code = "setup"
