"""What the tests of the read path share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from retrieval.answerer import Answerer
from tests.chat_server import ChatServer
from tests.fakes_chat import Model
from tests.services import service_over_texts


@pytest.fixture(scope="module")
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Answerer]:
    """Give the service over the `TEXTS` of a module, on its day `TODAY`, if it has one."""
    today = getattr(request.module, "TODAY", None)
    place = tmp_path_factory.mktemp("service")
    with service_over_texts(request.module.TEXTS, place, today) as service:
        yield service


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(scope="module")
def server(model: Model) -> Iterator[ChatServer]:
    """Serve the model of a module."""
    with ChatServer(model).running() as running:
        yield running


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered
