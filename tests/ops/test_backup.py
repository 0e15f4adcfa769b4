"""docs/backup.sh, rehearsed: a cluster is lost in mid-exam and restored on an empty machine with every answer."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from certificates import seal
from esr.core import logs
from exams import sealing
from tests.faults.stack import Service
from tests.services import die_with_parent, postgres_cluster, postgres_folder

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]

SCRIPT = settings.BASE_DIR / "docs" / "backup.sh"
PATIENCE = 300  # seconds


class House:
    """A cluster in a folder, the environment of the platform on it, and its keys in files."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.cluster = postgres_cluster(folder)
        self.data, self.keys = folder / "pg", folder / "keys"
        self.keys.mkdir()
        year = date.today().year
        signing = seal.new_key(year)
        entries = {
            "SEAL_KEYS": sealing.new_key(year).entry,
            "ATTESTATION_KEYS": signing.entry,
            "ATTESTATION_PUBLIC_KEYS": signing.public.entry,
            "LOG_KEYS": logs.new_key(year).entry,
        }
        for name, entry in entries.items():
            (self.keys / name.lower()).write_text(f"{entry}\n")
        (folder / "data").mkdir()
        self.environment = {
            "PATH": f"{postgres_folder()}:{os.environ['PATH']}",
            "HOME": str(folder),
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": self.cluster.url,
            "SECRET_KEY": "backups-only-" + "x" * 50,
            "DJANGO_SETTINGS_MODULE": "esr.settings",
            "LOG_LEVEL": "WARNING",
            **{f"{name}_FILE": str(self.keys / name.lower()) for name in entries},
        }

    @contextmanager
    def running(self):
        service = Service("postgresql", self.cluster.command, self.folder / "pg.log", {}, **self.cluster.user)
        service.start()
        try:
            self.wait(lambda: self.sql("SELECT NOT pg_is_in_recovery()") == "t", "PostgreSQL")
            yield service
        finally:
            service.end()

    def wait(self, condition, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what}: not within {PATIENCE} s\n{(self.folder / 'pg.log').read_text()[-2000:]}")
            time.sleep(0.2)

    def sql(self, statement: str) -> str:
        command = ["psql", "--dbname", self.cluster.url, "--no-psqlrc", "--tuples-only", "--no-align", "-c", statement]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout.strip()

    def run(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            command,
            env=self.environment | environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def backup(self, *arguments: str | Path, **environment: str) -> str:
        return self.run("sh", str(SCRIPT), *map(str, arguments), **environment)

    def manage(self, *arguments: str) -> str:
        return self.run(sys.executable, "manage.py", *arguments)

    def world(self, task: str, **environment: str) -> dict:
        return json.loads(self.run(sys.executable, "-m", "tests.ops.restored", task, **environment))


@pytest.fixture
def house():
    folder = Path(tempfile.mkdtemp(prefix="esr-backup-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield House(folder)
    shutil.rmtree(folder)


def test_a_lost_cluster_comes_back_with_every_answer(house):
    safe = house.folder / "safe"
    safe.mkdir()
    with house.running() as server:
        house.manage("migrate", "--verbosity", "0")
        made = house.world("fill")
        stream = subprocess.Popen(
            ["sh", str(SCRIPT), "stream", str(safe / "wal")], env=house.environment, preexec_fn=die_with_parent
        )
        house.wait(lambda: house.sql("SELECT count(*) FROM pg_stat_replication") == "1", "the stream")
        house.backup("base", safe / "base")
        house.backup("keys", house.keys, safe / "keys.tar.gz")
        # What a candidate was told to be received after the copy was made.
        assert house.world("go-on") == {"status": 200, "ack": {str(q): 1 for q in range(1, 11)}}
        before = house.world("tell")
        received = "SELECT bool_and(flush_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication"
        house.wait(lambda: house.sql(received) == "t", "the rest of the stream")
        server.end()  # kill -9
    stream.send_signal(signal.SIGINT)  # it would go on asking for the server
    stream.wait(PATIENCE)
    shutil.rmtree(house.data)
    shutil.rmtree(house.keys)

    house.backup("restore-keys", safe / "keys.tar.gz", house.keys)
    house.backup("restore-base", safe / "base", safe / "wal", house.data)
    if "user" in house.cluster.user:  # as root the cluster is another account's, in production the script's own
        for file in [safe, *safe.rglob("*"), house.data, *house.data.rglob("*")]:
            os.chown(file, house.cluster.user["user"], house.cluster.user["group"])
    with house.running():
        assert house.world("tell") == before
        assert before["exams.Sitting"][0] == 4
        # Before the doors open: what is of a year that is over goes, and nothing else.
        assert "candidates.Candidate" in house.manage("purge", "--wet-run", "--clock-is-right")
        after = house.world("tell")
        assert after["candidates.Candidate"][0] == before["candidates.Candidate"][0] - 1
        assert after["exams.Sitting"] == before["exams.Sitting"]
        assert "Lily" in house.manage("verify_attestation", made["attestation"])
        # And the candidate, whose device has waited all the while, goes on to the end.
        ended = house.world("finish")
        assert (ended["saved"], ended["finished"]) == (200, 200)
        assert ended["receipt"]

        # The file for later versions, into another database.
        at_rest = house.world("tell")
        house.backup("dump", safe / "esr.dump")
        house.sql("CREATE DATABASE again")
        again = house.cluster.url.replace("/postgres", "/again")
        house.backup("restore-dump", safe / "esr.dump", DATABASE_URL=again)
        assert house.world("tell", DATABASE_URL=again) == at_rest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "stream, base"),
        (("base",), "head of this file"),
        (("base", "{there}"), "is there already"),
        (("dump", "{there}"), "is there already"),
        (("restore-base", "{there}", "{there}", "{there}/new"), "is no base backup"),
    ],
)
def test_the_script_overwrites_nothing_and_says_what_is_wrong(tmp_path, arguments, said):
    command = ["sh", str(SCRIPT), *(argument.format(there=tmp_path) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []
