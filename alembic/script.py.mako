"""${message}.

A migration must work while the previous release of the program still runs: add before you use,
stop using before you drop. `env.py` sets the lock and statement timeouts; long work on big tables
goes in batches or concurrently in an autocommit block.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
