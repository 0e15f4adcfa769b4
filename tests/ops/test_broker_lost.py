"""The folder that is the embedded platform's broker goes away while everything runs: it comes back, and so does the
work, for it has rows."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.services import die_with_parent

PATIENCE = 240  # seconds
# A process that was there before, as the web server is: a line asks it to send an e-mail of that subject.
SENDER = """
import sys, django
django.setup()
from esr.core import mails, outbox
print("ready", flush=True)
for line in sys.stdin:
    outbox.Backend().send_messages([mails.message(subject=line.strip(), body="Bonjour", to=["ce@example.org"])])
    print("asked", flush=True)
"""


@pytest.fixture
def platform(tmp_path):
    """A worker with its clock, and a sender, on SQLite and a folder of their own; (worker, say)."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "esr.settings"}
    environment |= {"DATABASE_URL": "", "REDIS_URL": "", "LOG_LEVEL": "WARNING", "SEAL_KEYS": ""}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
    options = {"env": environment, "preexec_fn": die_with_parent}
    command = ["celery", "--quiet", "--app", "tests.faults.hurried", "worker", "--beat", "--pool", "threads"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log, **options)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    sender = subprocess.Popen([sys.executable, "-c", SENDER], **pipes, **options)
    assert sender.stdout.readline() == "ready\n"

    def say(subject: str) -> None:
        sender.stdin.write(f"{subject}\n")
        sender.stdin.flush()
        assert sender.stdout.readline() == "asked\n"

    yield worker, say
    for process in (worker, sender):
        process.kill()
        process.wait()
    sender.stdin.close()
    sender.stdout.close()


def test_the_brokers_folder_is_made_again_and_the_work_goes_on(platform, tmp_path):
    worker, say = platform

    def arrive(*subjects: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            letters = [file.read_text() for file in (tmp_path / "mails").glob("*")]
            there = [subject for subject in subjects if sum(f"Subject: {subject}" in text for text in letters)]
            if there == list(subjects):
                return
            assert worker.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (there, (tmp_path / "log").read_text()[-3000:])
            time.sleep(0.2)

    say("Un")
    arrive("Un")
    for n, subject in enumerate(("Deux", "Trois"), start=2):
        shutil.rmtree(tmp_path / "broker")
        if n == 3:
            time.sleep(1)  # the worker looks there ten times a second
        say(subject)
        arrive("Un", subject)
    assert (tmp_path / "broker" / "control").is_dir()
    assert worker.poll() is None
