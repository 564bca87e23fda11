"""Refit the marker of ``tutor grade`` on the answers marked by hand, with the embedding model of this machine.

What tells text for the marker from ordinary sentences is fitted again, too, on every fourth sentence of the chapters.

python benchmarks/fit_marker.py [TUTOR_HOME]
"""

import sys
from pathlib import Path

from tutor import settings
from tutor.grading import orders
from tutor.grading.clauses import sentences
from tutor.grading.fit import fitted
from tutor.grading.weighing import DATA
from tutor.retrieval.embeddings import open_embedder

if __name__ == "__main__":
    chosen = settings.load({"home": sys.argv[1]} if len(sys.argv) > 1 else {})
    embedder = open_embedder(Path(chosen.home), chosen.embedding)
    chapters = [path.read_text(encoding="utf-8") for path in sorted((settings.PROJECT / "knowledge").glob("*.md"))]
    course = [span.of(text) for text in chapters for span in sentences(text) if 30 < span.end - span.start < 300]
    text, said = orders.fitted(embedder, course[::4])
    orders.DATA.write_text(text, encoding="utf-8")
    print(said)
    text, said = fitted(embedder)
    DATA.write_text(text, encoding="utf-8")
    print(said)
