"""What llama.cpp was compiled for is read from its libraries, as each system names them."""

from pathlib import Path

import pytest

from tutor.models.backends import gpu_backends


@pytest.mark.parametrize(
    ("libraries", "found"),
    [
        (["libggml-base.so", "libggml-cpu.so", "libggml.so", "libllama.so"], set()),
        (["libggml-cpu.so", "libggml-vulkan.so", "libggml-vulkan.so.0"], {"vulkan"}),
        (["ggml-cuda.dll", "ggml-cpu.dll"], {"cuda"}),
        (["libggml-metal.dylib"], {"metal"}),
        (["libggml-blas.dylib", "readme-ggml-cuda.txt"], set()),
    ],
)
def test_the_back_ends_are_read_from_the_libraries(tmp_path: Path, libraries: list[str], found: set[str]) -> None:
    for name in libraries:
        (tmp_path / name).touch()
    assert gpu_backends(tmp_path) == found
