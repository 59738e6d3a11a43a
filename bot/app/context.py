"""The composition root: builds the parts from the settings, each when it is first needed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from bot.core.ports import Progress, RunReport
from bot.storage.access import AccessRules
from bot.storage.access_shared import access_rules
from bot.storage.answers import AnswerStore
from bot.storage.home import Home
from bot.storage.memory import open_shared
from config.logs import configure_logging
from config.settings import Settings, load_settings
from index.documents.registry import SUFFIXES
from index.embedder import Embedder, load_embedder
from index.errors import DocumentsMissing
from index.library import ChromaAddress, Library
from index.models import FailedSource
from index.scan import scan_folder
from index.store.privacy import make_private
from index.store.restoring import finish_restore
from retrieval.answerer import Answerer
from retrieval.models import AskRequest

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory
    from index.intake import Intake
    from index.watching import FolderWatch
    from retrieval.chat.budget import Requests
    from retrieval.chat.generator import Generator

_log = logging.getLogger(__name__)

# Any words will do: it is the way that is tried, and a refusal is an answer too.
_PROBE = "what do these documents say about today"


class AppContext:
    """Everything that one process works with. Use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; nothing is opened yet."""
        self.settings = settings

    def __enter__(self) -> AppContext:
        """Return the context itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        if "library" in self.__dict__:
            self.library.close()
        if "shared" in self.__dict__ and self.shared is not None:
            self.shared.close()

    @cached_property
    def shared(self) -> SharedMemory | None:
        """Return what bots share in the database; None without one. Raises StoreUnusable."""
        return open_shared(self.settings.database_url.get_secret_value())

    def access_rules(self) -> AccessRules:
        """Return the access rules that hold here."""
        return access_rules(self.settings.data_dir, self.shared)

    def home(self) -> Home:
        """Return who tells which are the home servers."""
        settings = self.settings
        return Home(settings.data_dir, settings.home_guild_ids, self.shared)

    @cached_property
    def embedder(self) -> Embedder:
        """Return the embedding model. Raises ModelUnusable."""
        settings = self.settings
        key = settings.embedding_api_key.get_secret_value()
        return load_embedder(settings.embedding_model, settings.embedding_base_url, key)

    @cached_property
    def library(self) -> Library:
        """Open the index. Raises StoreUnusable."""
        database = self.settings.database_url.get_secret_value()
        return Library.open(
            self.settings.data_dir, self.embedder, chroma=self._chroma(), database=database
        )

    def _chroma(self) -> ChromaAddress | None:
        """Return where the Chroma server is, or None for the embedded store."""
        settings = self.settings
        if not settings.chroma_host:
            return None
        return ChromaAddress(
            host=settings.chroma_host,
            port=settings.chroma_port,
            ssl=settings.chroma_ssl,
            api_key=settings.chroma_api_key.get_secret_value(),
        )

    @cached_property
    def generator(self) -> Generator | None:
        """Return the chat model's side, None without `CHAT_MODEL`. Raises ChatUnusable."""
        if not self.settings.chat_model:
            return None
        from retrieval.chat.generator import build_generator  # 0.1 s that quoting saves

        return build_generator(self.settings, self._requests())

    def _requests(self) -> Requests | None:
        """Return where all bots of a database count requests; None without one."""
        shared, data_dir = self.shared, self.settings.data_dir
        if shared is None:
            return None
        from bot.storage.chat_requests import SharedRequests

        return SharedRequests(lambda: AnswerStore(data_dir, shared))

    @cached_property
    def service(self) -> Answerer:
        """Return the answering side."""
        generator = self.generator
        return Answerer(self.library, self.embedder, generator)

    def probe(self) -> None:
        """Ask a question that reads every store. Raises DocentError if one fails."""
        self.service.quoting.ask(AskRequest(_PROBE))

    @cached_property
    def watch(self) -> FolderWatch:
        """Return the folder watch; once it exists, no run reads a half-written file."""
        from index.watching import FolderWatch

        settings = self.settings
        return FolderWatch(
            settings.documents_dir, apart=settings.data_dir, every=settings.watch_seconds
        )

    @cached_property
    def intake(self) -> Intake:
        """Return the intake, which adds and removes single documents."""
        from index.intake import Intake

        placed = self.watch.placed if "watch" in self.__dict__ else None
        return Intake(self.settings.documents_dir, self.settings.data_dir, placed)

    def reindex(
        self,
        *,
        full: bool = False,
        dry_run: bool = False,
        prune_all: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RunReport:
        """Index what changed in the documents folder and return the counts."""
        from index.pipeline import reindex  # the readers' rules take 0.2 s

        return reindex(
            self.library,
            self.settings.documents_dir,
            full=full,
            dry_run=dry_run,
            prune_all=prune_all,
            progress=progress,
            cancelled=cancelled,
            is_moving=self.watch.is_moving if "watch" in self.__dict__ else None,
        )

    def skipped(self) -> tuple[FailedSource, ...]:
        """Return the files of the documents folder that are of kinds which are not read."""
        try:
            scan = scan_folder(self.settings.documents_dir, SUFFIXES, self.settings.data_dir)
        except DocumentsMissing:
            return ()
        return scan.skipped

    def rollback(self) -> int:
        """Go back to the generation before this one and return its number."""
        from index.pipeline import rollback

        return rollback(self.library)


def open_context() -> AppContext:
    """Read the settings, direct the logs, mend the data folder and return the parts.

    Raises SettingsError, StoreLocked, StoreUnusable.
    """
    settings = load_settings()
    configure_logging(settings)
    make_private(settings.data_dir)
    finish_restore(settings.data_dir)
    return AppContext(settings)
