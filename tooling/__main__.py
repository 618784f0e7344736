"""python -m tooling services | env | stop | backup FILE | assets --check | diagrams [--check]"""

import sys
from pathlib import Path

from tooling import assets, diagrams, postgres, services, state
from tooling.console import Refused, say


def main(arguments: list[str]) -> int:
    match arguments:
        case ["services"]:
            services.start(keep=True)
            sys.stdout.write(services.exports(services.environment()))
        case ["env"]:
            sys.stdout.write(services.exports(services.environment()))
        case ["stop"]:
            services.stop()
        case ["backup", file]:
            if "postgres" not in services.wanted():
                raise Refused("DATABASE_URL is set: that database is backed up where it is kept.")
            with services.used():
                postgres.backup(state.load()["postgres"], Path(file))
        case ["assets", "--check"]:
            assets.check()
        case ["diagrams"]:
            diagrams.draw()
        case ["diagrams", "--check"]:
            diagrams.check()
        case _:
            say(__doc__ or "")
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refusal:
        say(str(refusal))
        sys.exit(1)
