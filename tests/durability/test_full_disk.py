"""The disk is full: nothing is saved and nobody is told so falsely, what is there can be read, and room mends it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.browser.node import environment
from tests.durability.conftest import small_data
from tests.durability.server import Server, started
from tests.durability.stored import checking, marks, office
from tests.durability.visitor import Visitor
from tests.durability.writers import CONCUR, ENTER

SIZE = "12m"  # of the disk; the node takes one of them


def on_a_small_disk(home: Path, made: Path, command: Sequence[str], *, size: str = SIZE) -> list[str]:
    """`command` where `home` is a disk of its own, as nobody else sees it; it goes when the command ends."""
    mount = f"mount -t tmpfs -o size={size},mode=700 tmpfs {home} && cp -a {made}/. {home}/"
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", f'{mount} && exec "$@"', "sh", *command]


def may_mount() -> bool:
    """Whether this user may have a disk of their own."""
    probe = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(probe, check=False, capture_output=True).returncode == 0


@dataclass
class SmallDisk:
    """A node on a small disk, as it is seen from outside."""

    server: Server
    seen: Path
    office: str

    def fill(self, share: float = 1.0) -> None:
        """Leave no room at all, or so much of the disk that what is used is at least this share."""
        with (self.seen / "ballast").open("wb", buffering=0) as ballast:
            block = 4096
            try:
                while share == 1.0 or self._used() < share:
                    ballast.write(bytes(block))
            except OSError as full:
                assert full.errno == 28  # noqa: PT017  what ends the loop is what was wanted

    def _used(self) -> float:
        usage = shutil.disk_usage(self.seen)
        return usage.used / (usage.used + usage.free)

    def make_room(self) -> None:
        (self.seen / "ballast").unlink()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A `comity` command of the node's own user, beside the node that runs."""
        into = ["nsenter", "--mount", f"--target={self.server.process.pid}", f"--wd={Path.cwd()}"]
        command = [*into, sys.executable, "-m", "comity.config.command", *arguments]
        env = {**environment(self.server.home), "PYTHONPATH": "src"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def files(self) -> set[str]:
        """The names of what is on the disk."""
        return {str(path.relative_to(self.seen)) for path in self.seen.rglob("*") if path.is_file()}


@pytest.fixture
def disk(made: Path, tmp_path: Path) -> Iterator[SmallDisk]:
    if not may_mount():
        pytest.skip("only who may mount a disk can fill one")
    home = tmp_path / "node"
    home.mkdir()
    with started(home, under=partial(on_a_small_disk, home, made)) as server:
        yield SmallDisk(server, Path(f"/proc/{server.process.pid}/root{home}"), office(made / "comity.db"))


@contextmanager
def signed_in(server: Server, language: str) -> Iterator[Visitor]:
    visitor = Visitor(server.port, language=language)
    visitor.sign_in()
    visitor.cookies["comity_language"] = language
    try:
        yield visitor
    finally:
        visitor.leave()


WORDS = {"en": "The disk of this node is full", "ar": "قرص هذه العقدة ممتلئ"}


def test_a_full_disk_is_said_in_words_and_room_mends_it(disk: SmallDisk, tmp_path: Path) -> None:
    with signed_in(disk.server, "en") as visitor:
        form = {**visitor.open(ENTER), "nature": ["office"], "name_en": ["Office typed"]}
        letter = visitor.open(CONCUR + disk.office)
        letter |= {"position": ["in_discussion"], "view": ["working"], "letter_number": ["lettered"]}
        before = disk.files()
        disk.fill()
        for language, words in WORDS.items():
            visitor.cookies["comity_language"] = language
            for address, fields, files in ((ENTER, form, None), (CONCUR + disk.office, letter, {"scan": b"%PDF-1.4"})):
                answer = visitor.post(address, fields, files)
                assert answer.status == 507, answer.text
                assert words in answer.text
                assert ("Office typed" if files is None else "lettered") in answer.text
            for address in ("/", "/people/", "/search/?q=office", f"/records/{disk.office}/", ENTER):
                answer = visitor.get(address)
                assert (visitor.get(answer.place) if answer.status == 302 else answer).status == 200, address
        assert disk.files() - before == {"ballast"}  # nothing half-written
        visitor.cookies["comity_language"] = "en"
        stranger = Visitor(disk.server.port)
        stranger.get("/account/sign-in/")
        refused = stranger.post("/account/sign-in/", {"csrfmiddlewaretoken": [stranger.cookies["comity_csrf"]]})
        stranger.leave()
        assert refused.status in {200, 507}

        for command in (("backup", str(disk.server.home / "backup.tar.gz")), ("import", str(more_data(tmp_path)))):
            said = disk.command(*command)
            assert said.returncode == 1, said
            assert "Traceback" not in said.stderr
            assert "No space left" in said.stderr or "full" in said.stderr, said.stderr
        assert not {name for name in disk.files() if "backup" in name}

        disk.make_room()
        assert visitor.post(ENTER, form).status == 302
        assert visitor.post(CONCUR + disk.office, letter, {"scan": b"%PDF-1.4"}).status == 302
    after = Path(shutil.copytree(disk.seen, tmp_path / "after", ignore=shutil.ignore_patterns("*.sock")))
    assert marks(after / "comity.db").keys() == {"0", "typed", "lettered"}
    with checking(after) as checker:
        assert checker.faults() == []


def more_data(folder: Path) -> Path:
    """More than fits."""
    return small_data(folder / "more", 30)


def test_a_restore_that_finds_no_room_leaves_nothing(made: Path, tmp_path: Path) -> None:
    if not may_mount():
        pytest.skip("only who may mount a disk can fill one")
    home, target = tmp_path / "node", tmp_path / "backup.tar.gz"
    env = environment(made)
    comity = [sys.executable, "-m", "comity.config.command"]
    subprocess.run([*comity, "backup", str(target)], env=env, check=True, capture_output=True)
    home.mkdir()
    program = f"mount -t tmpfs -o size=400k,mode=700 tmpfs {home}; {' '.join(comity)} restore {target}; ls -A {home}"
    said = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", program],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "has no room for it" in said.stderr, said.stderr
    assert said.stdout.split() == ["secret"]
    assert list(home.iterdir()) == []
