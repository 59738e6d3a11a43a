"""Every setting of Docent, read once from the environment and `.env` by `load_settings`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.errors import DocentError

ENV_FILE = ".env"
# Longer words may be a secret that was pasted into the wrong line.
_LONGEST_PRINTED = 16
# Discord's ids are numbers of 64 bits.
_LONGEST_ID = 20
# No clock counts for ever.
_A_YEAR = 366 * 86_400.0


class SettingsError(DocentError):
    """A setting cannot be used; the message names the variable and the cure."""


class Settings(BaseSettings):
    """What a person may set; each field is the environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    discord_token: SecretStr = Field(SecretStr(""), description="The bot token.")
    documents_dir: Path = Field(Path("articles"), description="The folder of documents.")
    data_dir: Path = Field(Path(".docent"), description="Where the index is kept.")
    watch_seconds: float = Field(
        60.0,
        ge=0,
        le=_A_YEAR,
        description="`--watch` also looks through the folder this often; 0: never.",
    )
    embedding_model: str = Field(
        "bundled", description="`bundled`, `static`, `openai:NAME`, or a model name or path."
    )
    embedding_base_url: str = Field("", description="The server of `openai:NAME`; empty: OpenAI.")
    embedding_api_key: SecretStr = Field(SecretStr(""), description="Key of that server.")
    database_url: SecretStr = Field(
        SecretStr(""), description="A PostgreSQL database with pgvector; empty: embedded."
    )
    chroma_host: str = Field("", description="Host of a Chroma server; empty: embedded.")
    chroma_port: int = Field(8000, ge=1, le=65535, description="Port of the Chroma server.")
    chroma_ssl: bool = Field(False, description="Whether the Chroma server speaks TLS.")
    chroma_api_key: SecretStr = Field(SecretStr(""), description="Key of Chroma Cloud.")
    chat_model: str = Field("", description="`provider:model`; empty: quotes only.")
    chat_base_url: str = Field("", description="An OpenAI-compatible server's address.")
    chat_api_key: SecretStr = Field(SecretStr(""), description="Key of the chat model.")
    chat_timeout: float = Field(
        30.0, gt=0, le=_A_YEAR, description="Seconds to wait for the chat model."
    )
    chat_daily_limit: int = Field(
        0, ge=0, description="Requests to the chat model for one person in a day; 0: no limit."
    )
    admin_role_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Discord roles that may reindex."
    )
    home_guild_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Servers whose admins may write and set rules; empty: the first joined."
    )
    sync_guild_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Servers whose commands are synced at once; empty: everywhere."
    )
    shard_count: int = Field(
        0, ge=0, le=100_000, description="Into how many shards Discord is divided."
    )
    shard_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="The shards that this process takes, from 0; empty: all."
    )
    ask_cooldown: float = Field(
        5.0, ge=0, le=_A_YEAR, description="Seconds between one person's questions."
    )
    metrics_port: int = Field(0, ge=0, le=65535, description="Port of the metrics; 0: none.")
    metrics_host: str = Field(
        "127.0.0.1", min_length=1, description="Address of the metrics; the default is loopback."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="`text` or `json`.")

    @field_validator(
        "admin_role_ids", "home_guild_ids", "sync_guild_ids", "shard_ids", mode="before"
    )
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        """Read `1, 2` as two ids; Discord's ids are whole positive numbers."""
        if not isinstance(value, str):
            return value
        parts = [part for part in value.replace(",", " ").split() if part]
        if not all(p.isascii() and p.isdigit() and len(p) <= _LONGEST_ID for p in parts):
            raise ValueError("must be Discord ids (whole numbers) separated by commas")
        return tuple(int(part) for part in parts)

    @field_validator("documents_dir", "data_dir", mode="before")
    @classmethod
    def _from_home(cls, value: Any) -> Any:
        """Read `~` as a shell does, and refuse what no disk has."""
        if "\0" in str(value):
            raise ValueError("holds a NUL character")
        try:
            return Path(value).expanduser() if isinstance(value, str) else value
        except RuntimeError as error:
            raise ValueError("names a home folder that is not there") from error

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        """Refuse what is no address, without a word of it: it may hold a password."""
        url = value.get_secret_value()
        if url and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError(
                "must be an address such as postgresql://name:password@host:5432/docent"
            )
        # The library that reads it would take a part of the password for the host, and print it.
        if url.partition("?")[0].count("@") > 1:
            raise ValueError("holds an @ in name or password; write it as %40")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_level(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower_format(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment and `.env`.

    Raises SettingsError with one sentence that names the first variable that is wrong.
    """
    try:
        _check_text(Path(ENV_FILE))
        settings = Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        if _may_be_printed(name, given := str(first.get("input", ""))):
            reason = f"{reason} ({given!r} was given)"
        raise SettingsError("errors.setting_invalid", name=name, reason=reason) from error
    except UnicodeDecodeError as error:
        raise SettingsError("errors.env_not_utf8") from error
    if settings.database_url.get_secret_value() and settings.chroma_host:
        raise SettingsError("errors.two_stores")
    _check_apart(settings)
    _check_shards(settings)
    return settings


def _check_text(path: Path) -> None:
    """Raise SettingsError where `.env` holds NULs: as UTF-16 does, whose lines are else ignored."""
    if path.is_file() and b"\0" in path.read_bytes():
        raise SettingsError("errors.env_not_utf8")


def _check_shards(settings: Settings) -> None:
    """Raise SettingsError where one process would not know what the others have, or what to do."""
    if not settings.shard_ids:
        return
    if max(settings.shard_ids) >= settings.shard_count:
        raise SettingsError("errors.shards_count", count=settings.shard_count)
    # No process hears of all servers, so that none can tell which was joined first.
    for name in ("home_guild_ids", "database_url"):
        value = getattr(settings, name)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise SettingsError("errors.shards_need", name=name.upper())


def _check_apart(settings: Settings) -> None:
    """Raise SettingsError where removed documents and what people asked would be indexed."""
    documents, data = settings.documents_dir.resolve(), settings.data_dir.resolve()
    if documents.is_relative_to(data) or data.is_relative_to(documents):
        raise SettingsError("errors.folders_overlap", documents=documents, data=data)


def _may_be_printed(name: str, given: str) -> bool:
    """Return True if a value is no token or key, not even one of another variable.

    Words, numbers and short lists are shown; letters mixed with digits or signs may be a secret.
    """
    if (
        any(word in name for word in ("TOKEN", "KEY", "DATABASE_URL"))
        or len(given) > _LONGEST_PRINTED
    ):
        return False
    return re.fullmatch(r"[^\W\d_]*|[-+]?[\d.,\s]*", given) is not None


def secrets_of(settings: Settings) -> list[str]:
    """Return every token, key and address that is secret, and the password of any address."""
    found: list[str] = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
            found.append(value)
        if isinstance(value, str):
            found.append(_password_in(value))
    return [secret for secret in found if secret]


def _password_in(url: str) -> str:
    """Return the password that an address holds, as it is meant; nothing if there is none."""
    try:
        parts = urlsplit(url)
        return unquote(parts.password or "") or parse_qs(parts.query).get("password", [""])[0]
    except ValueError:
        return ""


def terminal_language() -> str:
    """Return the language of the person at the terminal, `zh` or `en`, as the locale tells it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def bare_environment() -> dict[str, str]:
    """Return the environment of a process that is to know no token or key: what Python needs."""
    kept = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
    return {"PYTHONUTF8": "1", **{name: os.environ[name] for name in kept if name in os.environ}}
