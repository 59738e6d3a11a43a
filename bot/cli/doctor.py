"""Check every part that a running Docent needs, and say of each how to mend it."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from bot.app.context import AppContext
from bot.cli.invite import invite_link
from bot.cli.output import unread_lines
from config.errors import DocentError
from config.phrases import localize
from config.settings import ENV_FILE, Settings, SettingsError, load_settings
from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing
from index.scan import scan_folder
from index.store.privacy import is_open
from retrieval.answer.reader import bundled_reader
from retrieval.chat.model import check_chat_settings
from retrieval.chat.usefulness import FILE, Usefulness
from retrieval.errors import NoIndex
from retrieval.proof.entailment import bundled_entailment


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination: what was looked at, whether it is fine, and a sentence."""

    name: str
    fine: bool
    sentence: str

    def with_lines(self, lines: Sequence[str]) -> Finding:
        """Return the finding with lines below its sentence."""
        return replace(self, sentence="\n  ".join([self.sentence, *lines]))

    def payload(self) -> dict[str, object]:
        """Return the finding as `docent doctor --json` prints it."""
        return {"name": self.name, "ok": self.fine, "detail": self.sentence}


def examine(language: str) -> list[Finding]:
    """Look at settings, folders, model, store, index, rules, chat model and secrets, in order."""
    named = Naming(language)
    try:
        settings = load_settings()
    except SettingsError as error:
        return [Finding(named.name("settings"), False, error.localize(language))]
    findings = [named.finding("settings", "settings_fine"), _documents(settings, named)]
    data = _data(settings, named)
    findings.append(data)
    # The chat model is examined by itself, so that its fault is not taken for the index's.
    with AppContext(settings.model_copy(update={"chat_model": ""})) as context:
        findings.append(named.attempt("model", lambda: _model(context, named)))
        if findings[-1].fine and data.fine:
            findings.append(named.attempt("store", lambda: _store(context, named)))
            if findings[-1].fine:
                findings.append(named.attempt("index", lambda: _index(context, named)))
        findings.append(named.attempt("access", lambda: _access(context, named)))
    findings.append(named.attempt("chat", lambda: _chat(settings, named)))
    findings.append(_token(settings, named))
    if findings[-1].fine and (token := settings.discord_token.get_secret_value()):
        from bot.cli.doctor_discord import look  # discord.py is for this alone

        findings += [Finding(named.name("token"), *told) for told in look(token, language)]
    findings += _secrets(named)
    return findings


@dataclass(frozen=True, slots=True)
class Naming:
    """Makes findings in one language."""

    language: str

    def name(self, key: str) -> str:
        """Return what the examined part is called."""
        return localize(f"doctor.{key}", self.language)

    def finding(self, key: str, sentence: str, fine: bool = True, **values: object) -> Finding:
        """Return a finding of the part `key`."""
        return Finding(
            self.name(key), fine, localize(f"doctor.{sentence}", self.language, **values)
        )

    def attempt(self, key: str, look: Callable[[], Finding]) -> Finding:
        """Return what `look` finds, or the sentence of the error that it meets."""
        try:
            return look()
        except NoIndex as error:
            # Not a fault: the first question or run builds it.
            return Finding(self.name(key), True, error.localize(self.language))
        except DocentError as error:
            return Finding(self.name(key), False, error.localize(self.language))


def _documents(settings: Settings, named: Naming) -> Finding:
    folder = settings.documents_dir
    if not folder.is_dir():
        return named.finding("documents", "documents_missing", fine=False, folder=folder)
    try:
        scan = scan_folder(folder, SUFFIXES, settings.data_dir)
    except DocumentsMissing as error:
        return Finding(named.name("documents"), False, error.localize(named.language))
    count = len(scan.files)
    if not count:
        suffixes = " ".join(sorted(SUFFIXES))
        return named.finding(
            "documents", "documents_none", fine=False, folder=folder, suffixes=suffixes
        )
    told = named.finding("documents", "documents_fine", count=count, folder=folder)
    return told.with_lines(unread_lines(scan.failed, scan.skipped, named.language))


def _data(settings: Settings, named: Naming) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return named.finding("data", "data_unwritable", fine=False, folder=folder, reason=reason)
    if is_open(folder):
        return named.finding("data", "data_open", fine=False, folder=folder)
    return named.finding("data", "data_fine", folder=folder)


def _secrets(named: Naming) -> list[Finding]:
    """Look who may read the file of the settings, where there is one."""
    path = Path(ENV_FILE)
    if not path.is_file():
        return []
    sentence = "secrets_open" if is_open(path) else "secrets_fine"
    return [named.finding("secrets", sentence, fine=not is_open(path), path=path)]


def _model(context: AppContext, named: Naming) -> Finding:
    embedder = context.embedder
    # Models are loaded when they are first asked.
    embedder.encode_queries([named.language])
    bundled_reader().read(named.language, [])
    if context.settings.chat_model:
        bundled_entailment().scores(named.language, [])
    return named.finding("model", "model_fine", name=embedder.name, dimensions=embedder.dimensions)


def _store(context: AppContext, named: Naming) -> Finding:
    context.library.probe()
    place = context.library.status().store
    settings = context.settings
    if settings.chroma_host and not settings.chroma_api_key.get_secret_value():
        sentence = "store_fine" if _is_local(settings.chroma_host) else "store_without_key"
        return named.finding("store", sentence, store=place)
    return named.finding("store", "store_fine", store="Chroma" if place == "embedded" else place)


def _is_local(host: str) -> bool:
    """Return True for this machine and for a name of its containers, which has no dot."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return "." not in host


def _index(context: AppContext, named: Naming) -> Finding:
    status = context.service.status()
    told = named.finding(
        "index",
        "index_fine",
        generation=status.generation,
        articles=status.articles,
        passages=status.passages,
    )
    return told.with_lines(unread_lines(status.failed, (), named.language))


def _access(context: AppContext, named: Naming) -> Finding:
    rules = context.access_rules().current()
    if not rules:
        return named.finding("access", "access_none")
    return named.finding("access", "access_set", count=len(rules))


def _chat(settings: Settings, named: Naming) -> Finding:
    if not settings.chat_model:
        return named.finding("chat", "chat_none")
    check_chat_settings(settings)
    name = settings.chat_model
    known = Usefulness(name, settings.data_dir / FILE)
    told: dict[str, Any] = {"name": name, "replies": known.replies}
    told["percent"] = round(100 * known.share)
    if known.is_hopeless:
        return named.finding("chat", "chat_useless", fine=False, **told)
    return named.finding("chat", "chat_used" if known.replies else "chat_set", **told)


def _token(settings: Settings, named: Naming) -> Finding:
    """Read the application's id out of the token, whose first part is that id in base64."""
    token = settings.discord_token.get_secret_value()
    if not token:
        return named.finding("token", "token_none")
    first, *rest = token.split(".")
    try:
        application_id = int(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, ValueError):
        return named.finding("token", "token_malformed", fine=False)
    if len(rest) != 2:
        return named.finding("token", "token_malformed", fine=False)
    return named.finding("token", "token_fine", link=invite_link(application_id))
