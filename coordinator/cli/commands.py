"""Every command of OneDoor, brought together.

What becomes of failures is in `entry`, what the commands do in the modules beside it.
"""

import click

from coordinator.cli import chance, exchanges, folders, keeping, partner, planning, receivers, serving, whatif
from coordinator.cli.entry import Commands


@click.group(cls=Commands)
def main() -> None:
    """一门查 OneDoor：进一次门，查多项事；抽签人人可复核。"""


COMMANDS = (
    folders.new,
    folders.intake,
    folders.run,
    folders.results,
    folders.statistics,
    planning.plan,
    planning.check,
    planning.replan,
    whatif.whatif,
    chance.draw,
    chance.lots,
    chance.verify,
    planning.bench,
    serving.demo,
    serving.up,
    serving.serve,
    serving.worker,
    serving.migrate,
    partner.partner,
    keeping.registry,
    keeping.backup,
    keeping.restore,
    keeping.doctor,
    keeping.admin_code,
)
PARTNERS = (exchanges.exchange_postgres, exchanges.exchange_mysql, receivers.sftp, receivers.website, receivers.mail)
for command in COMMANDS:
    main.add_command(command)
for kind in PARTNERS:
    partner.partner.add_command(kind)
