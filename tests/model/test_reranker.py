"""A tiny cross-encoder with random weights, saved and read again as a user's folder would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tutor.errors import SettingError
from tutor.retrieval.rerank import CrossEncoderReranker

pytestmark = pytest.mark.model

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "le", "lissage", "ajoute", "un", "compte", "perplexité", "mesure"]
TEXTS = ["le lissage ajoute un compte", "la perplexité mesure", "un", "le lissage"]


def write(folder: Path, *, labels: int = 1) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers does not type it
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)
    return folder


def test_scores_are_those_of_the_model_itself(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = write(tmp_path / "croisé")
    scores = CrossEncoderReranker(folder)("le lissage", TEXTS)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    pairs = tokenizer(["le lissage"] * len(TEXTS), TEXTS, padding=True, return_tensors="pt")
    with torch.no_grad():
        logits = model(**pairs).logits[:, 0].numpy()
    assert scores.shape == (len(TEXTS),)
    assert len(set(scores.round(6))) > 1
    assert np.allclose(scores, logits, atol=1e-5)
    assert np.array_equal(scores, CrossEncoderReranker(folder)("le lissage", TEXTS))


def test_a_model_of_several_labels_is_refused_when_it_is_first_used(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="num_labels = 3"):
        CrossEncoderReranker(write(tmp_path, labels=3))("le lissage", TEXTS)


def test_files_that_cannot_be_loaded_are_told_without_a_download(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "model.safetensors").unlink()
    reranker = CrossEncoderReranker(folder)
    for _ in range(2):  # told each time, not only the first
        with pytest.raises(SettingError, match="TUTOR_RERANKER"):
            reranker("le lissage", TEXTS)
