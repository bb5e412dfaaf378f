"""`tryon words`: the catalogues of the pages' words, after a template or a sentence in the code has changed."""

import click

from tryon.pages.catalogues import TRANSLATED, missing, update


@click.command
def words() -> None:
    """Gather the pages' words into the catalogues, compile them, and say what is still to be translated.

    For who works on the pages: it writes to tryon/translations/ in this folder.
    """
    update()
    for language in TRANSLATED:
        left = missing(language)
        click.echo(f"{language}: {f'{len(left)} to translate' if left else 'complete'}")
        for sentence in left:
            click.echo(f"    {sentence}")
