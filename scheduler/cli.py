"""``rounds``, the command line: a table of commands, and the one place where errors become a clear line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Final

import click

from scheduler.demo.folder import use_clock_of_database
from scheduler.errors import MentorRoundsError, Rejected
from scheduler.settings import database_url_here

# Name, where the command is, what it does. Only the module of the command that is run is imported.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": (
        "scheduler.commands.demo:demo",
        "Create an imaginary hospital, plan and publish its groups, and serve it.",
    ),
    "init": ("scheduler.commands.init:init", "Ask what has to be decided, and write it to a settings file."),
    "serve": ("scheduler.commands.serve:serve", "Serve the pages and calendar feeds, send e-mail and make plans."),
    "worker": (
        "scheduler.commands.worker:worker",
        "Make plans and send e-mail, on as many machines as wanted (PostgreSQL).",
    ),
    "ready": ("scheduler.commands.ready:ready", "Ask a running server whether it is ready, for health checks."),
    "programme": ("scheduler.commands.programme:programme", "Create a programme and appoint its coordinators."),
    "link": (
        "scheduler.commands.programme:link",
        "Print a sign-in link for one person, for use where no e-mail is sent.",
    ),
    "token": ("scheduler.commands.token:token", "Make a token with which a program uses the API."),
    "solve": ("scheduler.commands.solve:solve", "Form the groups of an instance file and find their dates."),
    "check": ("scheduler.commands.solve:check", "Check a solution file for broken rules and count its points."),
    "edit": ("scheduler.commands.edit:edit", "Try edits on a solution: broken rules and points before and after."),
    "explain": ("scheduler.commands.explain:explain", "Explain a solution, and what would improve it."),
    "bench": ("scheduler.commands.bench:bench", "Measure the planner and record the results."),
    "rota": ("scheduler.commands.rota:rota", "Read a rota file and show what was understood."),
    "mail": ("scheduler.commands.mail:mail", "Handle incoming e-mail, and show the state of the outbox."),
    "evidence": ("scheduler.commands.evidence:evidence", "Write the evidence of a programme to a file."),
    "audit": ("scheduler.commands.audit:audit", "Check that the record of who did what is unaltered."),
    "retention": (
        "scheduler.commands.retention:retention",
        "Delete what has been kept for its time, or show what that would be.",
    ),
    "backup": ("scheduler.commands.upkeep:backup", "Write a checked backup of the database and its secret."),
    "restore": ("scheduler.commands.upkeep:restore", "Put a backup in place of the database, or check it."),
    "doctor": ("scheduler.commands.upkeep:doctor", "Say whether all is well, and what to do where it is not."),
    "check-data": (
        "scheduler.commands.upkeep:check_all",
        "Work out again everything that is worked out, and say what disagrees.",
    ),
    "feeds": ("scheduler.commands.feeds:feeds", "List the calendar feeds that are out of date."),
    "calendars": (
        "scheduler.commands.calendars:calendars",
        "Fetch people's other calendars, and rotas at addresses.",
    ),
}

MOST_FAULTS_SHOWN: Final = 100
UNUSABLE: Final = 2


class LazyGroup(click.Group):
    """A group that knows its commands from :data:`COMMANDS` and imports each on request."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import the command of that name, or None."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name][0].split(":")
        # A third of the time would go into looking for garbage among what is loaded, all of which stays.
        gc.disable()
        try:
            command: click.Command = getattr(import_module(module), attribute)
        finally:
            gc.enable()
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.command(cls=LazyGroup)
@click.version_option(package_name="mentor-rounds", prog_name="rounds")
def rounds() -> None:
    """Mentor Rounds: groups that actually meet."""
    use_clock_of_database(database_url_here())


def main() -> None:
    """Run ``rounds``. A refusal by the product is one line, with exit status 2."""
    try:
        rounds()
    except MentorRoundsError as error:
        for line in _lines(error):
            # Characters that the terminal's encoding lacks are escaped rather than lost.
            click.echo(line.encode(errors="backslashreplace"), err=True)
        sys.exit(UNUSABLE)
    except Exception as error:
        from scheduler.storage_faults import WHAT_TO_DO, fault_of  # costs time that others need not wait

        if (fault := fault_of(error)) is None:
            raise
        click.echo(f"{fault.value.capitalize()}. {WHAT_TO_DO[fault]}", err=True)
        sys.exit(os.EX_TEMPFAIL)


def _lines(error: MentorRoundsError) -> Iterator[str]:
    faults = error.faults if isinstance(error, Rejected) else ()
    if not faults:
        yield str(error)
    for fault in faults[:MOST_FAULTS_SHOWN]:
        yield ": ".join(part for part in (error.where, fault.where, fault.text) if part)
    if len(faults) > MOST_FAULTS_SHOWN:
        yield f"… and {len(faults) - MOST_FAULTS_SHOWN} more errors"
