"""Every worked number of the chapter on open models: memory, quantisation, speed, LoRA."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest
from chapter_text import chapter, run_blocks, section, table

BILLIONS = 8
ROW, COLUMN, RANK = 4096, 4096, 8


@pytest.fixture
def text() -> str:
    return chapter("modeles-ouverts")


def decimals(cells: str) -> list[Decimal]:
    return [Decimal(number.replace("−", "-").replace(",", ".")) for number in re.findall(r"−?\d+(?:,\d+)?", cells)]


def test_the_memory_of_the_weights(text: str) -> None:
    part = section(text, "La mémoire d’un modèle")
    assert f"{BILLIONS} milliards de paramètres" in part
    stated = re.findall(r"\$(\d+) \\times (\d+) / 8 = (\d+)\$", part)
    assert [(int(n), int(b)) for n, b, _ in stated] == [(BILLIONS, 16), (BILLIONS, 4)]
    for n, bits, gigabytes in stated:
        octets = int(n) * 10**9 * int(bits) // 8
        assert octets == int(gigabytes) * 10**9


def test_the_key_value_cache_is_the_size_of_the_arrays(text: str) -> None:
    part = section(text, "La taille du cache KV")
    layers, heads, width = (int(re.search(rf"\${name} = (\d+)\$", part).group(1)) for name in ("L", "h", "d_h"))
    assert (layers, heads, width) == (32, 8, 128)
    one_token = np.zeros((2, layers, heads, width), dtype=np.float16)
    assert f"en {one_token.itemsize * 8} bits, $o = {one_token.itemsize}$" in part
    assert f"= {one_token.nbytes:,}$ octets".replace(",", "\\,") in part
    tokens = 8000
    assert f"= {one_token.nbytes * tokens:,}$".replace(",", "\\,") in part
    assert round(one_token.nbytes * tokens / 1e9) == 1
    assert f"un contexte de {tokens // 1000}\u202f000 jetons" in part and "soit environ 1 Go" in part


def test_the_table_of_five_quantised_weights(text: str) -> None:
    part = section(text, "Cinq poids quantifiés à la main")
    rows = [decimals(" ".join(row)) for row in table(part)]
    weights = [row[0] for row in rows]
    assert len(weights) == 5 and f"Le plus grand des cinq poids vaut {max(weights)}".replace(".", ",") in part
    scale = max(abs(weight) for weight in weights) / 7
    assert f"$0{{,}}70 / 7 = 0{{,}}{str(scale.normalize()).split('.')[1]}$" in part
    errors = []
    for weight, quotient, integer, rebuilt, error in rows:
        assert quotient == weight / scale
        nearest = min(range(-7, 8), key=lambda candidate, q=quotient: abs(candidate - q))
        assert (integer, rebuilt, error) == (nearest, scale * nearest, abs(weight - scale * nearest))
        errors.append(error)
    assert max(errors) <= scale / 2
    mean = str((sum(errors) / len(errors)).normalize()).replace(".", "{,}")
    assert f"/ 5 = {mean}$" in part
    assert f"0{{,}}1 / 2 = {str((scale / 2).normalize()).replace('.', '{,}')}$" in part


def test_the_method_uses_the_integers_that_four_bits_can_hold(text: str) -> None:
    part = section(text, "La quantification")
    largest = 2 ** (4 - 1) - 1  # a signed integer of four bits
    assert f"Sur 4 bits, il existe $2^4 = 16$ entiers\u202f; la méthode ci-dessous emploie ceux de −{largest} à" in part
    assert f"à {largest}." in part and f"en divisant par {largest} le plus grand poids" in part


def test_one_extreme_value_spoils_its_group(text: str) -> None:
    part = section(text, "Cinq poids quantifiés à la main")
    assert "si 0,70 devenait 7, l’échelle vaudrait 1" in part
    weights = [decimals(row[0])[0] for row in table(part)]
    weights[0] = Decimal(7)
    assert max(weights) / 7 == 1
    assert [round(weight) for weight in weights[1:]] == [0, 0, 0, 0] and "seraient arrondis à 0." in part


def test_a_block_of_q4_0(text: str) -> None:
    part = section(text, "Cinq poids quantifiés à la main")
    block = np.dtype([("scale", np.float16), ("nibbles", np.uint8, 32 // 2)])
    bits = block.itemsize * 8 / 32
    assert "32 poids de 4 bits et une échelle de 16 bits" in part and f"Un modèle de {BILLIONS} milliards" in part
    assert f"$(32 \\times 4 + 16) / 32 = {bits}$".replace(".", "{,}") in part
    assert f"$8 \\times 4{{,}}5 / 8 = {BILLIONS * bits / 8}$ Go".replace(".", "{,}") in part


def test_the_speed_limits(text: str) -> None:
    part = section(text, "La vitesse d’inférence et le débit de la mémoire")
    ddr5 = 2 * 8 * 5.6  # two channels, 8 bytes, 5600 million transfers a second
    rtx_4090 = 384 / 8 * 21  # 384 wires at 21 gigabits a second
    assert "DDR5-5600" in part and "modèle de 4,5 Go" in part and "Sur 16 bits" in part
    assert round(ddr5) == 90 and "environ 90 Go par seconde" in part
    assert rtx_4090 == 1008 and "1\u202f008 Go par seconde" in part
    limits = re.findall(r"\$([\d\\,]+) / ([\d{},]+) (?:=|\\approx) ([\d{},]+)\$", part)
    values = [
        tuple(float(side.replace("{,}", ".").replace("\\,", "").replace("{", "").replace("}", "")) for side in limit)
        for limit in limits
    ]
    assert [value[:2] for value in values] == [(90, 4.5), (1008, 4.5), (90, 16)]
    for rate, size, tokens in values:
        assert tokens == round(rate / size, 1)


def test_training_needs_eight_times_the_memory_of_inference(text: str) -> None:
    part = section(text, "La mémoire de l’entraînement")
    weight, gradient, master, two_moments = 2, 2, 4, 2 * 4  # bytes, mixed precision Adam
    training = weight + gradient + master + two_moments
    assert (
        f"environ {training} octets par paramètre, contre {weight} octets pour l’inférence en {weight * 8} bits" in part
    )
    assert f"un modèle de {BILLIONS} milliards" in part
    assert f"$8 \\times {training} = {BILLIONS * training}$ Go" in part
    assert f"$8 \\times {weight} = {BILLIONS * weight}$ Go" in part


def test_the_number_of_lpus(text: str) -> None:
    part = section(text, "Les LPU de Groq face aux GPU de NVIDIA")
    megabytes = int(re.search(r"environ (\d+) Mo par puce", part).group(1))
    chips = math.ceil(16_000 / megabytes)
    gigabytes = f"{megabytes / 1000:g}".replace(".", "{,}")
    assert f"un modèle de 16 Go occupe au moins $16 / {gigabytes} \\approx {chips}$ puces" in part


def test_lora_counts_and_the_rank_one_product(text: str) -> None:
    part = section(text, "LoRA, une correction de rang faible")
    stated = [[int(number) for number in numbers.split(", ")] for numbers in re.findall(r"\((\d, \d, \d)\)", part)]
    column, row, *lines = (np.array(numbers) for numbers in stated)
    assert len(lines) == 3 and np.array_equal(np.outer(column, row), np.array(lines))
    assert column.size + row.size == 6 and np.array(lines).size == 9
    size = f"{ROW:,}".replace(",", "\u202f")
    assert f"de rang {np.linalg.matrix_rank(np.array(lines))}." in part
    assert f"Pour une matrice de {size} lignes et {size} colonnes, au rang {RANK}" in part
    b, a = np.zeros((ROW, RANK)), np.zeros((RANK, COLUMN))
    assert f"= {a.size + b.size:,}$".replace(",", "\\,") in part
    assert f"= {ROW * COLUMN:,}$".replace(",", "\\,") in part
    assert f"soit {ROW * COLUMN // (a.size + b.size)} fois moins" in part


def test_the_program_prints_the_numbers_of_the_text(text: str) -> None:
    ((_, printed, _),) = run_blocks(text)
    assert printed.splitlines()[0] == "[7, -3, 1, 0, 5] 0.018"
    integers = [int(decimals(row[2])[0]) for row in table(section(text, "Cinq poids quantifiés à la main"))]
    assert printed.startswith(str(integers))
