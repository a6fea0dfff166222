"""``rounds ready``: what a health check asks, without a tool of its own for HTTP."""

from __future__ import annotations

import http.client
from typing import Final

import click

_LONGEST_ANSWER: Final = 200


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address at which `rounds serve` listens.")
@click.option("--port", default=8000, show_default=True, help="Port on which it listens.")
@click.option("--seconds", default=5.0, show_default=True, help="How long to wait for the answer.")
@click.pass_context
def ready(ctx: click.Context, host: str, port: int, seconds: float) -> None:
    """Ask a running server whether it is ready, for health checks.

    Exit status 0 if it answers and its database does and can store, else 1.
    """
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read(_LONGEST_ANSWER).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        click.echo(
            f"Nothing answers at {host} port {port} ({type(error).__name__}). Is `rounds serve` running?", err=True
        )
        ctx.exit(1)
    finally:
        connection.close()
    well = answer.status == http.client.OK
    click.echo(said, err=not well)
    ctx.exit(0 if well else 1)
