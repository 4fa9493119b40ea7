"""The whole examination, in the order in which a person would mend things."""

from gridsvc.doctor import database, files, machine
from gridsvc.doctor import mail as email
from gridsvc.doctor.finding import Finding
from gridsvc.settings import Settings


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that settings which are right by themselves can be wrong about.

    A check that fails keeps no other from being made.
    """
    return [
        machine.python(),
        machine.packages(),
        machine.assets(),
        machine.paper(),
        machine.home(settings),
        machine.disk(settings),
        files.storage(settings),
        files.scanner(settings),
        files.base_maps(settings),
        *database.examine(settings),
        machine.port(settings),
        machine.secret_key(settings),
        email.mail(settings),
    ]
