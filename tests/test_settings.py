"""What stands in `.env` is read as it is meant, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.settings import Settings, SettingsError, load_settings

LINES = "DISCORD_TOKEN=abc.def.ghi\nASK_COOLDOWN=7\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf8_is_read_with_any_ends_of_lines_and_any_mark(mark: bytes, ending: str) -> None:
    Path(".env").write_bytes(mark + LINES.replace("\n", ending).encode())
    read = load_settings()
    assert (read.discord_token.get_secret_value(), read.ask_cooldown) == ("abc.def.ghi", 7)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    Path(".env").write_bytes(LINES.encode(encoding))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


def test_a_nul_is_refused() -> None:
    for line in (b"DOCUMENTS_DIR=a\0b\n", b"DISCORD_TOKEN=a\0b\n"):
        Path(".env").write_bytes(line)
        with pytest.raises(SettingsError):
            load_settings()
    Path(".env").unlink()
    with pytest.raises(SettingsError, match="DATA_DIR"):
        load_settings(_env_file=None, data_dir="a\0b")


@pytest.mark.parametrize("name", ["ASK_COOLDOWN", "WATCH_SECONDS", "CHAT_TIMEOUT", "METRICS_PORT",
                                  "CHAT_DAILY_LIMIT", "HOME_GUILD_IDS"])  # fmt: skip
@pytest.mark.parametrize(
    "value", ["inf", "nan", "-1", "1e300", "９４６４", "²", "9" * 5000, "0x10"]
)
def test_a_number_that_cannot_be_used_is_told(name: str, value: str) -> None:
    Path(".env").write_text(f"{name}={value}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in str(caught.value) and "set_int_max" not in str(caught.value)


def test_a_home_folder_is_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Path(".env").write_text("DOCUMENTS_DIR=~/texts\nDATA_DIR=~/kept\n", encoding="utf-8")
    read = load_settings()
    assert (read.documents_dir, read.data_dir) == (tmp_path / "texts", tmp_path / "kept")
    Path(".env").write_text("DATA_DIR=~nobody-of-this-name/kept\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="DATA_DIR"):
        load_settings()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from([*Settings.model_fields]))
def test_any_bytes_are_settings_or_one_sentence(value: bytes, name: str) -> None:
    Path(".env").write_bytes(name.upper().encode() + b"=" + value)
    try:
        load_settings()
    except SettingsError as error:
        assert str(error)
