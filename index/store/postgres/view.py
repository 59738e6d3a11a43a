"""One state of the index in the database: catalog, terms and vectors in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.encoders.transformer import Matrix
from index.models import Hit
from index.store.engine import IndexView, WeightedTerm
from index.store.postgres.connection import Statements
from index.store.postgres.terms import Lengths, sparse, terms_sought
from index.store.seen import FEW

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

    def _nearest(self, query: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Compare few one by one, many by the graph, asked on until enough are in the bound."""
        (sought,) = literals(query.reshape(1, -1))
        passages = self.counts()[2]
        among, given = self._among(article_id)
        if article_id is None and passages > FEW:
            half = f"halfvec({self.dimensions})"
            nearest = (
                "SELECT n.key, -(n.vector <#> ?::vector) FROM "
                f"(SELECT v.key, v.vector FROM vectors v {among} "
                f"ORDER BY v.vector::{half} <#> ?::{half} LIMIT ?) n ORDER BY 2 DESC, n.key"
            )
            found = self._hits(nearest, (sought, *given, sought, limit), article_id)
            if len(found) >= min(limit, passages):
                return found
        exactly = (
            f"SELECT v.key, -(v.vector <#> ?::vector) FROM vectors v {among} "
            "ORDER BY 2 DESC, v.key LIMIT ?"
        )
        return self._hits(exactly, (sought, *given, limit), article_id)

    def _matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        whole = Lengths.read(self.catalog.fact("lengths")).passages
        wanted = terms_sought(self.db, terms, whole)
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

    def check(self) -> None:
        """Count what is stored. Raises StoreUnusable where terms or vectors are missing."""
        wanted, vectors = self.catalog.key_count(), self.catalog.vector_count()
        ((terms,),) = self.db.execute("SELECT count(*) FROM postings").fetchall()
        self._check_counts(self.where, ("terms", terms, wanted), ("vectors", vectors, wanted))


def literals(rows: Matrix) -> list[str]:
    """Return vectors (n, dimensions) as PostgreSQL reads them."""
    return ["[" + ",".join(f"{value:.9g}" for value in row) + "]" for row in rows.tolist()]
