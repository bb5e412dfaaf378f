"""`tryon migrate`: the database's tables."""

import click

from tryon import schema
from tryon.factory import create_app


@click.command
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if the tables are not up to date.")
def migrate(check: bool) -> None:
    """Bring the database's tables up to date.

    Run it once before a new version starts. Running it again, or on several machines at once, does no harm.
    """
    app = create_app()
    if check:
        schema.require_current(app)
        click.echo("The database is up to date.")
    else:
        click.echo("The database is now up to date." if schema.migrate(app) else "The database was up to date.")
