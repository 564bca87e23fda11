"""A model behind an OpenAI-compatible address: llama.cpp's server, vLLM, Ollama, LM Studio…

What such servers promise and what they do differ. Here every structured reply is checked in code, a stream that
ends without saying why is an error, and each of the ways to ask for JSON is tried once and then remembered.

Leaves out: the server's own tokenizer (``count_tokens`` is an estimate), tools, images.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tutor.contracts import Choice, Device, Message, Profile, Sampling, ScoredToken
from tutor.errors import ModelServerFailed, ProbabilitiesNotOffered, PromptTooLong, SystemReason, system_reason
from tutor.messages import Notice
from tutor.models.json_output import ModelOutputInvalid, checked_json
from tutor.models.profile import profile_of_served
from tutor.models.work_queue import Stopped, WorkQueue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHARACTERS_PER_TOKEN = 3
"""French text has 3.2 to 4.6 characters a token: dividing by 3 estimates on the safe side."""
DEFAULT_CONTEXT = 4096
"""Tokens, for a server that does not tell."""
CONNECT_SECONDS = 5.0
STOP_SECONDS = 0.05
"""How often a call in a silent server looks whether anybody still wants its reply."""
PARALLEL_CALLS = 4
"""Calls sent at once; one to llama-cpp-python's server, which drops the running answer for a new one."""


class ServerModel:
    """The first model of a server, or the one named after ``#`` in the address."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 120.0,
        profile: Profile | None = None,
    ) -> None:
        """Ask the server what it serves. ``timeout``: seconds of silence that end a call; without a ``profile``, the
        size of the model decides.

        Raises ``ModelServerFailed``.
        """
        import openai

        address, _, wanted = url.partition("#")
        self.source = address.rstrip("/")
        """The address."""
        self._line = _Line()
        self._http = openai.DefaultHttpxClient(
            trust_env=not _is_loopback(address),  # no proxy stands between this machine and itself
            timeout=openai.Timeout(timeout, connect=CONNECT_SECONDS),
            event_hooks={"request": [self._line.follow]},
        )
        self._client = openai.OpenAI(
            base_url=self.source,
            api_key=api_key or "none",
            http_client=self._http,
            max_retries=0,
            default_headers={"Connection": "close"},  # a server that broke off leaves a dead connection behind
        )
        try:
            with self._failures():
                served = [model.model_dump() for model in self._client.models.list().data]
        except BaseException:
            self._http.close()
            raise
        names = [str(model["id"]) for model in served]
        if not names or (wanted and wanted not in names):
            self._http.close()
            served_instead = Notice("models.server.serves", {"names": ", ".join(names)})
            raise ModelServerFailed(
                url=self.source, reason=served_instead if names else Notice("models.server.serves_nothing")
            )
        described = served[names.index(wanted)] if wanted else served[0]
        self.name = str(described["id"])
        self.profile = profile or profile_of_served(described)
        self.device = Device("remote", self.source)
        self.context_size = _context_of(described)
        single = described.get("owned_by") == "me"  # llama-cpp-python's server
        self._queue = WorkQueue(f"server {self.name}", workers=1 if single else PARALLEL_CALLS)
        self._json_forms: Sequence[_JsonForm] = _JSON_FORMS  # only the one that worked, once one has
        self._gives_logprobs = True

    def count_tokens(self, text: str) -> int:
        """Estimate: one token for three characters, rounded up."""
        return -(-len(text) // CHARACTERS_PER_TOKEN)

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """Estimate the tokens of all messages; what the server's template adds is not known."""
        return sum(self.count_tokens(message.content) for message in messages)

    def stream(
        self,
        messages: Sequence[Message],
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """Yield the server's pieces; a stop closes the connection, which tells the server to stop too."""
        self._check_length(messages, sampling)

        def work(stopped: Stopped) -> Iterator[str]:
            finished = begun = False
            with (
                self._line.cut_when(stopped),
                self._failures(),
                self._client.chat.completions.create(**self._request(messages, sampling), stream=True) as chunks,
            ):
                for chunk in chunks:
                    if stopped():
                        return
                    for choice in chunk.choices:
                        finished = finished or choice.finish_reason is not None
                        if choice.delta.content:
                            begun = True
                            yield choice.delta.content
            if stopped():
                return
            if not begun and not finished:  # some servers only tell why outside of a stream
                with self._line.cut_when(stopped), self._failures():
                    self._client.chat.completions.create(**self._request(messages, replace(sampling, max_tokens=1)))
            if not finished:
                raise ModelServerFailed(url=self.source, reason=Notice("models.broke_off"))

        return self._queue.stream(work, cancel=cancel, on_position=on_position)

    def choose(
        self,
        messages: Sequence[Message],
        labels: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Choice:
        """Choose by an enumeration in a JSON schema, else by the label named in a free reply.

        The probabilities come from the server's log-probabilities where it gives them; else the chosen label has 1.
        Raises ``ModelServerFailed`` when no reply names a label, and ``ModelStopped``.
        """
        labels = tuple(dict.fromkeys(labels))
        if not labels:
            raise ValueError("choose() needs at least one label")
        schema = {
            "type": "object",
            "properties": {"label": {"type": "string", "enum": list(labels)}},
            "required": ["label"],
            "additionalProperties": False,
        }
        sampling = Sampling(max_tokens=32 + max(self.count_tokens(label) for label in labels))
        self._check_length(messages, sampling)

        def work(stopped: Stopped) -> Choice:
            with self._line.cut_when(stopped):
                return self._choose(messages, labels, schema, sampling)

        return self._queue.call(work, cancel=cancel, on_position=on_position)

    def write_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> dict[str, Any]:
        """Ask for JSON in the ways servers know, until a reply satisfies ``schema``.

        Raises ``ModelOutputInvalid`` and ``ModelStopped``.
        """
        self._check_length(messages, sampling)

        def work(stopped: Stopped) -> dict[str, Any]:
            with self._line.cut_when(stopped):
                return self._json(messages, schema, sampling)

        return self._queue.call(work, cancel=cancel, on_position=on_position)

    # This protocol has no tokenizer, and gives log-probabilities of what the server writes only, not of a given text.

    def tokenize(self, text: str) -> list[int]:
        """Raise ``ProbabilitiesNotOffered``."""
        raise ProbabilitiesNotOffered(url=self.source)

    def token_piece(self, token: int) -> bytes:
        """Raise ``ProbabilitiesNotOffered``."""
        raise ProbabilitiesNotOffered(url=self.source)

    def ends_text(self, token: int) -> bool:
        """Raise ``ProbabilitiesNotOffered``."""
        raise ProbabilitiesNotOffered(url=self.source)

    def next_logprobs(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> NDArray[np.float64]:
        """Raise ``ProbabilitiesNotOffered``."""
        raise ProbabilitiesNotOffered(url=self.source)

    def logprobs(
        self, prompt: str | Sequence[Message], continuation: str, *, cancel: threading.Event | None = None
    ) -> tuple[ScoredToken, ...]:
        """Raise ``ProbabilitiesNotOffered``."""
        raise ProbabilitiesNotOffered(url=self.source)

    def close(self) -> None:
        """Stop what runs and close the connections; later calls fail."""
        self._queue.close()  # first: a socket that is closed already cannot be shut down
        self._http.close()

    # --- in a worker thread ------------------------------------------------------------------------------

    def _json(self, messages: Sequence[Message], schema: Mapping[str, Any], sampling: Sampling) -> dict[str, Any]:
        problem: Exception | None = None
        for form in self._json_forms:
            try:
                text, _ = self._complete(messages, sampling, form(schema))
                value = checked_json(_braces(text), schema)
            except (_Refused, ModelOutputInvalid) as error:
                problem = error
            else:
                self._json_forms = (form,)
                return value
        assert problem is not None
        raise problem

    def _choose(
        self, messages: Sequence[Message], labels: Sequence[str], schema: Mapping[str, Any], sampling: Sampling
    ) -> Choice:
        replies: list[str] = []
        for form in self._json_forms:
            try:
                reply, tokens = self._complete(messages, sampling, form(schema), logprobs=True)
                replies.append(reply)
                label = str(checked_json(_braces(reply), schema)["label"])
            except (_Refused, ModelOutputInvalid):
                continue
            self._json_forms = (form,)
            return Choice(label, label_probabilities(tokens, labels, label))
        for reply in reversed(replies):
            if (named := named_label(reply, labels)) is not None:
                return Choice(named, {label: float(label == named) for label in labels})
        said = replies[-1][:80] if replies else ""
        details = {"said": said, "labels": ", ".join(labels)}
        raise ModelServerFailed(url=self.source, reason=Notice("models.server.no_label", details))

    def _complete(
        self, messages: Sequence[Message], sampling: Sampling, form: _JsonRequest, *, logprobs: bool = False
    ) -> tuple[str, list[_Token]]:
        """Return a whole reply and its tokens' log-probabilities, if asked for and given."""
        request = self._request([*messages, *form.messages], sampling) | form.options
        refused = False
        if logprobs and self._gives_logprobs:
            try:
                with self._failures():
                    answer = self._client.chat.completions.create(**request, logprobs=True, top_logprobs=20)
                    return _reply(answer), _tokens(answer)
            except _Refused:
                refused = True
        with self._failures():
            reply = _reply(self._client.chat.completions.create(**request))
        self._gives_logprobs = self._gives_logprobs and not refused  # it was the log-probabilities, not the form
        return reply, []

    def _request(self, messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
        }
        if sampling.stop:
            request["stop"] = list(sampling.stop)
        return request

    def _check_length(self, messages: Sequence[Message], sampling: Sampling) -> None:
        tokens = self.count_prompt(messages)
        if tokens > self.context_size - sampling.max_tokens and self.context_size > 0:
            raise PromptTooLong(tokens=tokens, limit=self.context_size - sampling.max_tokens)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what the client raises into errors that tell the user what happened."""
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            if error.code == "context_length_exceeded":
                raise PromptTooLong(tokens="?", limit=self.context_size) from error
            reason = f"HTTP {error.status_code}, {_detail(error)}"
            if error.status_code in (400, 422, 500, 501):  # the request, as it is written, is not supported
                raise _Refused(url=self.source, reason=reason) from error
            raise ModelServerFailed(url=self.source, reason=reason) from error
        except openai.APITimeoutError as error:
            raise ModelServerFailed(url=self.source, reason=Notice("system.ETIMEDOUT")) from error
        except openai.APIConnectionError as error:
            raise ModelServerFailed(url=self.source, reason=_reason(error)) from error
        except (openai.OpenAIError, ValueError, AttributeError, TypeError, KeyError) as error:  # not this protocol
            details = {"detail": type(error).__name__}
            raise ModelServerFailed(url=self.source, reason=Notice("models.server.protocol", details)) from error


class _Line:
    """The connection of the request that each thread is making, to be cut when nobody wants the reply.

    Closing a response does not wake the thread that reads it, and before the first byte there is no response:
    the socket itself is shut down, which ends its read at once.
    """

    def __init__(self) -> None:
        self._here = threading.local()

    def follow(self, request: Any) -> None:
        """Have httpx tell the call of this thread which socket ``request`` goes through; a request hook."""
        call: _Call | None = getattr(self._here, "call", None)
        if call is not None:
            request.extensions = {**request.extensions, "trace": call.hear}

    @contextmanager
    def cut_when(self, stopped: Stopped) -> Iterator[None]:
        """Cut what this thread is connected to as soon as ``stopped`` says so."""
        call, over = _Call(), threading.Event()

        def watch() -> None:
            while not over.wait(STOP_SECONDS):
                if stopped():
                    call.cut()
                    return

        self._here.call = call
        threading.Thread(target=watch, name="stop", daemon=True).start()
        try:
            yield
        finally:
            over.set()
            self._here.call = None


class _Call:
    """One request's socket, once it has one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: Any = None
        self._cut = False

    def hear(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep the socket of a connection that has just been made, or made secure."""
        stream: Any = info.get("return_value")
        if event.endswith(".complete") and hasattr(stream, "get_extra_info"):
            with self._lock:
                self._socket = stream.get_extra_info("socket")
                self._shut()

    def cut(self) -> None:
        """Shut the socket down, also one that is made later."""
        with self._lock:
            self._cut = True
            self._shut()

    def _shut(self) -> None:
        if self._cut and self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Refused(ModelServerFailed):
    """The server does not accept this form of request; another may do."""

    def text(self, language: Any) -> str:
        return ModelServerFailed(**self.details).text(language)


# --- the ways to ask for JSON ----------------------------------------------------------------------------


class _JsonRequest:
    """What is added to a request so that the reply is JSON."""

    def __init__(self, options: dict[str, Any], messages: Sequence[Message] = ()) -> None:
        self.options = options
        self.messages = messages


_JsonForm = Callable[[Mapping[str, Any]], _JsonRequest]


def _as_openai(schema: Mapping[str, Any]) -> _JsonRequest:
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": True}}
    return _JsonRequest({"response_format": form})


def _as_llama_cpp(schema: Mapping[str, Any]) -> _JsonRequest:
    return _JsonRequest({"response_format": {"type": "json_object", "schema": schema}})


def _as_text(schema: Mapping[str, Any]) -> _JsonRequest:
    return _JsonRequest({}, [Message("user", f"JSON: {json.dumps(schema, ensure_ascii=False)}")])


_JSON_FORMS: tuple[_JsonForm, ...] = (_as_openai, _as_llama_cpp, _as_text)


def _braces(text: str) -> str:
    """Return ``text`` from its first opening to its last closing brace, or as it is."""
    return text[text.find("{") : text.rfind("}") + 1] or text


# --- labels ----------------------------------------------------------------------------------------------

_Token = tuple[str, dict[str, float]]
"""A token of the reply, and the log-probabilities of the tokens that could have stood there."""


def named_label(reply: str, labels: Sequence[str]) -> str | None:
    """Return the label a free reply names first; of two at the same place, the longer.

    >>> named_label("Je choisis « quiz ».", ["course_search", "quiz"])
    'quiz'
    """
    found: list[tuple[int, int, str]] = []
    for label in labels:
        match = re.search(rf"(?<!\w){re.escape(label)}(?!\w)", reply, re.IGNORECASE)
        if match:
            found.append((match.start(), -len(label), label))
    return min(found)[2] if found else None


def label_probabilities(tokens: Sequence[_Token], labels: Sequence[str], chosen: str) -> dict[str, float]:
    """Estimate each label's probability from the tokens of ``{"label": "…"}``; without them, the chosen one has 1.

    Along the reply, at each token where the labels still possible part, a label that leaves gets the probability of
    the way so far times that of its token; a token that several labels begin with is shared between them.

    >>> reply = [('{"label": "', {}), ("quiz", {"quiz": math.log(0.6), "course": math.log(0.2)}), ('"}', {})]
    >>> shares = label_probabilities(reply, ["quiz", "course_search"], "quiz")
    >>> {label: round(share, 6) for label, share in shares.items()}
    {'quiz': 0.75, 'course_search': 0.25}
    """
    text = "".join(token for token, _ in tokens)
    opened = re.search(r'"label"\s*:\s*"', text)
    masses = dict.fromkeys(labels, 0.0)
    possible, way, at = list(labels), 1.0, 0
    for token, alternatives in tokens if opened else ():
        start = opened.end() if opened else 0
        if at + len(token) > start and len(possible) > 1:
            lead = token[: max(0, start - at)]  # the part of the token that stands before the label
            begun = text[start:at]
            for other, logprob in alternatives.items():
                if other != token and other.startswith(lead):
                    leaving = _still_possible(begun + other[len(lead) :], possible)
                    for label in leaving:
                        masses[label] += way * math.exp(logprob) / len(leaving)
            way *= math.exp(alternatives.get(token, 0.0))
            possible = _still_possible(begun + token[len(lead) :], possible)
        at += len(token)
    if possible == [chosen]:
        masses[chosen] += way
    total = sum(masses.values())
    if possible != [chosen] or total <= 0:
        return {label: float(label == chosen) for label in labels}
    return {label: mass / total for label, mass in masses.items()}


def _still_possible(written: str, labels: Sequence[str]) -> list[str]:
    """Return the labels that begin with what is written, or equal it once its quote is closed."""
    word, closed, _ = written.partition('"')
    return [label for label in labels if word and (label == word if closed else label.startswith(word))]


# --- reading what a server sends -------------------------------------------------------------------------


def _reply(answer: Any) -> str:
    return str(answer.choices[0].message.content or "") if answer.choices else ""


def _tokens(answer: Any) -> list[_Token]:
    logprobs = answer.choices[0].logprobs if answer.choices else None
    content = (logprobs.content if logprobs else None) or []
    return [(token.token, {top.token: top.logprob for top in token.top_logprobs}) for token in content]


def _context_of(described: Mapping[str, Any]) -> int:
    """Return the context size a server tells about its model: vLLM and llama.cpp's own server do."""
    meta = described.get("meta")
    told = described.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return int(told) if isinstance(told, int) and told > 0 else DEFAULT_CONTEXT


def _detail(error: Any) -> str:
    body = error.body
    for key in ("message", "detail"):
        if isinstance(body, dict) and isinstance(body.get(key), str):
            return str(body[key])[:200]
    return str(error.message)[:200]


def _reason(error: BaseException) -> SystemReason | Notice:
    """Return what the operating system said, wherever it stands in the chain; else that the answer broke off."""
    at: BaseException | None = error
    while at is not None:
        if reason := system_reason(at):
            return reason
        at = at.__context__
    return Notice("models.broke_off")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"
