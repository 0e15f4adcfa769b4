"""The long run: python -m tests.fuzz --requests 20000 --seed 1 [--only 6884,9] [--sqlite] [--shares 2]"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from tests import services

EMBEDDED = {"DATABASE_URL": "", "REDIS_URL": ""}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (%(default)s)")
    parser.add_argument("--shares", type=int, default=2, help="processes side by side (%(default)s)")
    parser.add_argument("--only", default="", help="numbers of a seed's requests, separated by commas")
    parser.add_argument("--sqlite", action="store_true", help="instead of PostgreSQL and Redis")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    shares = 1 if asked.only else asked.shares
    with (
        tempfile.TemporaryDirectory() as folder,
        nullcontext(EMBEDDED) if asked.sqlite else services.both() as database,
    ):
        environment = {
            "FUZZ_REQUESTS": str(asked.requests),
            "FUZZ_SEED": str(asked.seed),
            "FUZZ_SHARES": str(shares),
            "FUZZ_REPORT": folder,
            "FUZZ_ONLY": asked.only,
        }
        command = [sys.executable, "-m", "pytest", "-q", "-n", str(shares), "tests/fuzz/test_addresses.py"]
        command += ["-k", "no_request_fails"]
        code = subprocess.run(command, env={**os.environ, **database, **environment}, check=False).returncode
        show([json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))])
    return code


def show(parts: list[dict]) -> None:
    requests = sum(part["requests"] for part in parts)
    patterns = {name for part in parts for name in part["patterns"]}
    statuses = sum((Counter(part["statuses"]) for part in parts), Counter())
    faults = [fault for part in parts for fault in part["faults"]]
    print(f"\n{requests} requests to {len(patterns)} named addresses: {len(faults)} faults")
    print("statuses: " + ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())))
    for seconds, shot in sorted(one for part in parts for one in part["slowest"])[-5:]:
        print(f"{seconds:6.2f} s  {shot}")
    for fault in faults:
        print(fault)


if __name__ == "__main__":
    sys.exit(main())
