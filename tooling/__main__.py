"""`python -m tooling services | env | stop | run | test | assets`."""

import sys

from tooling import services
from tooling.console import Refused, say


def main(arguments: list[str]) -> int:
    match arguments:
        case ["services"]:
            services.start()
            sys.stdout.write(services.exports(services.environment()))
        case ["env"]:
            sys.stdout.write(services.exports(services.environment()))
        case ["stop"]:
            services.stop()
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
