"""`python -m coordinator.cli`: the commands, and quiet for those who press Ctrl-C before they are there.

The commands are gathered in `commands`, what becomes of their failures is in `entry`.
"""

import signal


def run() -> None:
    """Import the commands, which takes a moment and would leave a traceback, and do the one that was called."""
    listens = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if listens:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from coordinator.cli.commands import main

    if listens:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main(prog_name="onedoor")


if __name__ == "__main__":
    run()
