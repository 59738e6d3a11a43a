"""One state of the index in the database: catalog, terms and vectors in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import StoreUnusable
from index.models import Hit
from index.store.engine import IndexView, WeightedTerm
from index.store.postgres.connection import Statements
from index.store.postgres.terms import Lengths, sought, sparse
from index.store.seen import FEW
from index.store.vectors import Matrix

# The rarest terms of a question find the passages that are ranked, until together they stand in so
# many. On 200,000 passages a thousand held the right one for every question.
_BUDGET = 2000
_ARTICLES_PASSAGES = (
    "SELECT c.key FROM chunks c JOIN articles a ON a.number = c.article WHERE a.id = ?"
)
_SEEN_PASSAGES = "SELECT c.key FROM chunks c"


@dataclass(frozen=True, slots=True)
class PostgresView(IndexView):
    """One state of one generation, which holds a connection while it is read."""

    db: Statements
    where: str
    dimensions: int

    def nearest(self, vector: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Return the passages nearest to a query vector (dimensions,), best first, by cosine.

        Few are compared one by one, many by the graph, which is asked on until enough are in the
        bound.
        """
        if limit <= 0:
            return []
        row = np.asarray(vector, dtype=np.float32).reshape(-1)
        query = _literal(row / (float(np.linalg.norm(row)) or 1.0))
        passages = self.counts()[2]
        among, given = self._among(article_id)
        if article_id is None and passages > FEW:
            half = f"halfvec({self.dimensions})"
            nearest = (
                "SELECT n.key, -(n.vector <#> ?::vector) FROM "
                f"(SELECT v.key, v.vector FROM vectors v {among} "
                f"ORDER BY v.vector::{half} <#> ?::{half} LIMIT ?) n ORDER BY 2 DESC, n.key"
            )
            found = self._hits(nearest, (query, *given, query, limit), article_id)
            if len(found) >= min(limit, passages):
                return found
        exactly = (
            f"SELECT v.key, -(v.vector <#> ?::vector) FROM vectors v {among} "
            "ORDER BY 2 DESC, v.key LIMIT ?"
        )
        return self._hits(exactly, (query, *given, limit), article_id)

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25, best first."""
        if limit <= 0 or not terms:
            return []
        if self.seen:
            of_article = self.catalog.keys_of(article_id) if article_id is not None else None
            found = self.seen.matching(self.catalog, terms, limit, of_article)
            if found is not None:
                return found
        whole = Lengths.read(self.catalog.fact("lengths")).passages
        wanted = sought(self.db, terms, whole)
        if not wanted.weights:
            return []
        passages = self.counts()[2]
        is_few = article_id is not None or passages <= FEW
        # Within a bound, a term stands in fewer passages than it does in all.
        budget = float("inf") if is_few else _BUDGET * whole / max(passages, 1)
        among, given = self._among(article_id)
        joined = among.replace("WHERE", "AND").replace("v.key", "p.key")
        statement = (
            "SELECT p.key, -(p.weights <#> ?::sparsevec) FROM postings p "
            f"WHERE p.ids && ?::int[] {joined} ORDER BY 2 DESC, p.place LIMIT ?"
        )
        weights, numbers = sparse(wanted.weights), wanted.rarest(budget)
        return self._hits(statement, (weights, numbers, *given, limit), article_id)

    def _among(self, article_id: str | None) -> tuple[str, tuple[object, ...]]:
        """Return what narrows passages to an article or to the bound, and its values."""
        if article_id is not None:
            return f"WHERE v.key IN ({_ARTICLES_PASSAGES})", (article_id,)
        return (f"WHERE v.key IN ({_SEEN_PASSAGES})" if self.seen else ""), ()

    def _hits(self, statement: str, values: Sequence[object], article_id: str | None) -> list[Hit]:
        """Return what a statement finds, as chunk ids instead of keys."""
        rows = self.catalog.select(statement, values)
        if article_id is not None:
            ids = self.catalog.keys_of(article_id)
        else:
            ids = self.catalog.expand([key for key, _ in rows])
        return [Hit(ids[key], float(score)) for key, score in rows if key in ids]

    def stored_keys(self) -> tuple[set[str], set[str]]:
        """Return the keys that terms are stored under, and those of the vectors."""
        tables = ("postings", "vectors")
        terms, vectors = (
            {key for (key,) in self.db.execute(f"SELECT key FROM {name}")} for name in tables
        )
        return terms, vectors

    def check(self) -> None:
        """Count what is stored. Raises StoreUnusable where terms or vectors are missing."""
        wanted = self.catalog.key_count()
        for name, table in (("terms", "postings"), ("vectors", "vectors")):
            ((found,),) = self.db.execute(f"SELECT count(*) FROM {table}").fetchall()
            if found < wanted:
                reason = f"{found} of {wanted} {name}"
                raise StoreUnusable("errors.store_damaged", folder=self.where, reason=reason)


def vectors_of(db: Statements, schema: str, keys: Sequence[str]) -> dict[str, Matrix]:
    """Return the vectors of those keys that are stored in a generation."""
    rows = db.execute(
        f"SELECT key, vector::real[] FROM {schema}.vectors WHERE key = ANY(?)", (list(keys),)
    )
    return {key: np.asarray(vector, dtype=np.float32) for key, vector in rows}


def _literal(row: Matrix) -> str:
    """Return a vector as PostgreSQL reads it."""
    return "[" + ",".join(f"{value:.9g}" for value in row.tolist()) + "]"


def literals(rows: Matrix) -> list[str]:
    """Return vectors (n, dimensions) as PostgreSQL reads them."""
    return [_literal(row) for row in rows]
