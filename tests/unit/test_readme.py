"""The README is true: its commands parse, its variables, files and targets exist. Those that open a model are run by
``tests/model/test_readme_commands.py``."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from tutor import cli, settings
from tutor.models.catalogue import KNOWN
from tutor.settings import PROJECT, Settings

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
TARGETS = sorted(set(re.findall(r"\bmake ([a-z-]+)", README)))


@pytest.mark.parametrize("target", TARGETS)
def test_make_targets_exist(target: str) -> None:
    subprocess.run(["make", "-n", target], cwd=PROJECT, check=True, capture_output=True)


def test_make_help_names_every_target_of_the_readme() -> None:
    out = subprocess.run(["make", "-s", "help"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    assert {"run", "test", "lint", "bench"} <= set(re.findall(r"make ([a-z-]+)", out))


def test_every_setting_and_only_those_is_in_the_table() -> None:
    named = set(re.findall(r"`(TUTOR_[A-Z_]+)`", README))
    assert named == {variable for variable, _ in settings._SOURCES.values()}
    assert {field.name for field in fields(Settings)} == set(settings.FIELDS)


def test_every_built_in_model_is_in_the_table() -> None:
    assert set(KNOWN) <= set(re.findall(r"^\| `([^`]+)`", README, re.MULTILINE))


def test_links_and_pictures_lead_to_files() -> None:
    local = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert local
    for target in local:
        assert (PROJECT / target).is_file(), target


def test_folders_of_the_layout_exist() -> None:
    layout = re.search(r"```text\n(app\.py.*?)```", README, re.DOTALL)
    assert layout
    for name in re.findall(r"^(\w+/)", layout[1], re.MULTILINE):
        assert (PROJECT / name).is_dir(), name
    for name in re.findall(r"^  (\w+/)", layout[1], re.MULTILINE):
        assert (PROJECT / "tutor" / name).is_dir(), name


def test_every_tutor_command_parses() -> None:
    commands = re.findall(r"^\.venv/bin/tutor (.+)$", SHELL, re.MULTILINE)
    assert len(commands) >= 6
    import shlex

    for command in commands:
        cli._parser("fr").parse_args(shlex.split(command))


def test_files_named_in_commands_exist() -> None:
    for name in re.findall(r"\b(?:tests|knowledge|prompts)/[\w./-]+", SHELL):
        assert Path(PROJECT, name).exists(), name
