"""Refit the marker of ``tutor grade`` on the answers marked by hand, with the embedding model of this machine.

python benchmarks/fit_marker.py [TUTOR_HOME]
"""

import sys
from pathlib import Path

from tutor import settings
from tutor.grading.fit import fitted
from tutor.grading.weighing import DATA
from tutor.retrieval.embeddings import open_embedder

if __name__ == "__main__":
    chosen = settings.load({"home": sys.argv[1]} if len(sys.argv) > 1 else {})
    text, said = fitted(open_embedder(Path(chosen.home), chosen.embedding))
    DATA.write_text(text, encoding="utf-8")
    print(said)
