"""Doing things at the same moment, as requests and workers do."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from tryon.db import db


def at_once(app: Flask, verbs: list[Callable[[], None]]) -> None:
    """Each in a thread and an application context of its own; what one of them raises is raised here."""
    db.session.commit()
    barrier, errors = Barrier(len(verbs)), list[BaseException]()

    def run(verb: Callable[[], None]) -> None:
        with app.app_context():
            try:
                barrier.wait()
                verb()
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    db.session.expire_all()
