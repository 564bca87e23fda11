"""Settings: flag > environment > file > default, and bad values named with where they came from."""

from pathlib import Path

import pytest

from tutor import settings
from tutor.errors import FlagInvalid, SettingError


def test_each_source_wins_over_the_next(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("model: smollm2-135m\nport: 8001\nlanguage: en\n", encoding="utf-8")
    environment = {"TUTOR_HOME": str(tmp_path), "TUTOR_PORT": "8002", "TUTOR_LANG": "fr"}
    chosen = settings.load({"port": "8003", "model": None}, environment)
    assert (chosen.port, chosen.language, chosen.model) == (8003, "fr", "smollm2-135m")
    assert chosen.host == "127.0.0.1", "loopback unless the user says otherwise"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TUTOR_LANG", "de"),
        ("TUTOR_GPU_LAYERS", "beaucoup"),
        ("TUTOR_GPU_LAYERS", "-2"),
        ("TUTOR_PORT", "70000"),
        ("TUTOR_PORT", "0"),
        ("TUTOR_GPU_LAYERS", "--5"),
        ("TUTOR_MODEL", "  "),
    ],
)
def test_a_bad_variable_is_named_with_its_value(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        settings.load({}, {"TUTOR_HOME": str(tmp_path), variable: value})
    for language in ("fr", "en"):
        assert variable in caught.value.text(language)
        assert value in caught.value.text(language)


def test_a_settings_file_never_shows_its_values(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("api_key: SECRET-123\nmodle: x\n", encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        settings.load({"home": str(tmp_path)}, {})
    assert "modle" in caught.value.text("fr")
    assert "SECRET" not in caught.value.text("fr")


def test_an_empty_line_of_the_file_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("model:\n", encoding="utf-8")
    chosen = settings.load({"home": str(tmp_path)}, {})
    assert chosen.model == "gemma3-270m"
    assert chosen.gpu_layers is None


@pytest.mark.parametrize("content", ["colour: red\n", "model: [\n", "- a\n", "port: high\n"])
def test_a_bad_settings_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match=r"settings\.yaml") as caught:
        settings.load({"home": str(tmp_path)}, {})
    french = caught.value.text("fr")
    assert not {"while", "parsing", "expected", "list"} & set(french.split()), french


@pytest.mark.parametrize("field", ["gpu_layers", "language", "port", "model", "home"])
def test_a_flag_is_named_as_it_is_typed(field: str) -> None:
    with pytest.raises(FlagInvalid) as caught:
        settings.load({"home": "/tmp", field: " "}, {})
    named = {"gpu_layers": "--gpu-layers", "language": "--lang"}.get(field, f"--{field}")
    assert caught.value.text("fr").startswith(f"{named} ")


def test_what_is_accepted_is_said_in_the_language_of_the_sentence() -> None:
    with pytest.raises(FlagInvalid) as caught:
        settings.load({"gpu_layers": "x"}, {})
    assert "(toutes)" in caught.value.text("fr") and "(all)" not in caught.value.text("fr")
    assert "(all)" in caught.value.text("en")
