"""The migrations make exactly the schema of the models, and can be taken back."""

from alembic import command

from gridsvc.db import migrations


def test_the_migrated_database_is_what_the_models_say(database_url: str) -> None:
    with migrations.engine(database_url).connect() as connection:
        command.check(migrations.config(connection))


def test_down_and_up_again(fresh_url: str) -> None:
    with migrations.engine(fresh_url).begin() as connection:
        command.downgrade(migrations.config(connection), "base")
    assert migrations.current(fresh_url) is None
    migrations.upgrade(fresh_url)
    assert migrations.current(fresh_url) == migrations.newest()
