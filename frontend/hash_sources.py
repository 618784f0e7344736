"""Hash of the front-end sources: SHA-256 over sorted relative paths and contents.

Everything in this folder counts except `node_modules/`. The build writes the hash to
`static/build.json` under "sources"; the stale check computes it again and compares. For each file,
in the order of its path with "/" as separator: the path in UTF-8, a zero byte, its content, a zero byte.
"""

import hashlib
from pathlib import Path

LEFT_OUT = {"node_modules", "__pycache__"}


def hash_sources(folder: Path = Path(__file__).parent) -> str:
    """The hash of every source file under the folder, in hexadecimal."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not LEFT_OUT.intersection(path.relative_to(folder).parts)
    }
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name].read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    print(hash_sources())
