"""The `tryon` command. Each command's module is loaded only when that command is run, so `--help` is quick."""

import importlib
import sys
from typing import Any, NoReturn

import click

COMMANDS = {
    "serve": ("serve", "Run everything on this machine: web, workers, queue, database, pictures."),
    "worker": ("worker", "Work on try-ons and deliveries."),
    "sweep": ("worker", "Find what was lost and erase what has expired, once."),
    "migrate": ("database", "Bring the database's tables up to date."),
    "merchant": ("merchant", "Create, list, show, change and close merchants, and manage their keys."),
    "credits": ("merchant", "Add credits to a merchant's balance."),
    "usage": ("usage", "Show what a merchant used this month, and what the plan holds."),
    "engines": ("engines", "List the engines, fetch what they need, check that they work."),
    "try-on": ("pictures", "Dress one person in one garment: two files in, one picture out."),
    "demo": ("pictures", "Make the pictures of the demo shop and of the README."),
    "lab": ("lab", "Look into the local engine: its stages, contact sheets, scores on known pairs."),
    "words": ("words", "Gather the pages' words for translation, and compile the catalogues."),
    "settings": ("settings", "Print every setting, its present value and what it does."),
}
"""A command's name → the module here that holds it, and its line in the list of commands."""


class LazyGroup(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"tryon.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Every command reads its settings from the environment: see `tryon settings`.",
)
@click.version_option(package_name="tryon", message="%(prog)s %(version)s")
def group() -> None:
    """The open, self-hosted virtual try-on system for online stores.

    \b
    Try it on this machine:    tryon serve
    Run it in production:      tryon migrate
                               granian --interface wsgi wsgi:app      (or any other WSGI server)
                               tryon worker                           (as many as there is work for)
    """


def main(arguments: list[str] | None = None, prog_name: str = "tryon") -> NoReturn:
    """Run a command and exit: 0 if it did what it was asked, 1 with one line if not, 2 if it was asked wrongly."""
    from tryon.engines.errors import EngineError
    from tryon.errors import TryOnError

    try:
        code: Any = group.main(arguments, prog_name=prog_name, standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except EngineError as error:
        _fail(f"{error.message} ({error.reason})" if error.reason else error.message)
    except TryOnError as error:
        _fail(_with_details(error))
    sys.exit(code if isinstance(code, int) else 0)


def _with_details(error: Any) -> str:
    details = getattr(error, "details", ())
    return " ".join([error.message, *(f"{problem.path}: {problem.message}" for problem in details)])


def _fail(message: str) -> NoReturn:
    click.echo(f"tryon: {' '.join(message.split())}", err=True)
    sys.exit(1)
