"""Tenure: manages the active subscriptions of a business that sells through partners."""

import gc
import sys

import typer

from cli.console import settings_or_fail
from cli.demo import demo
from cli.doctor import doctor
from cli.generate_docs import export_schema
from cli.listen import listen
from cli.migrate import migrate
from cli.serve import serve
from cli.token import token
from cli.transfer import export, load
from cli.worker import worker
from server import logging as logs

main = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (load, export, export_schema, serve, worker, listen, migrate, doctor, demo, token):
    main.command()(command)


def collect_garbage_seldom() -> None:
    """By default, Python looks for garbage after every 700 new objects, and finds little here.

    Imported modules stay for good. The states of a batch of renewals live until its end.
    """
    gc.freeze()
    gc.set_threshold(50_000)


@main.callback()
def _configure() -> None:
    collect_garbage_seldom()
    settings = settings_or_fail()
    logs.configure(settings.log_level, for_people=sys.stdout.isatty())
