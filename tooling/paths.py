"""Where things lie in a checkout."""

import hashlib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DATA = CHECKOUT / ".data"
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"


def checkout_key(checkout: Path = CHECKOUT) -> str:
    """Return twelve characters that tell this checkout from any other on the machine."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
