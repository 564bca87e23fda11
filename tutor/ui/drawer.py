"""The conversations that are kept, on the page: a drawer with their list, and what can be done with the open one.

``Drawer`` builds the components and connects them; ``page.py`` asks it under which name a turn is kept. The name of
the open conversation and the browser's secret come from the browser with each event and are only claims: the store
gives nothing of a conversation to anybody but its owner. On the machine's own page everything has one owner, and the
teacher's report is there; on a page that is served to others each browser has its own, by a random secret in its
local storage. That keeps students who share a server apart. It does not protect from somebody who sits at the same
browser, nor from whoever runs the server and can read its files.
"""

import html
import json
import logging
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import CourseSearch, DemoResult, Language
from tutor.conversations.export import day, file_name, to_markdown
from tutor.conversations.report import report
from tutor.conversations.report import to_markdown as report_markdown
from tutor.conversations.store import LOCAL, LONGEST_REASON, LONGEST_TITLE, Conversations, Summary, owner_of
from tutor.demos.laboratory import Laboratory
from tutor.errors import ConversationUnknown, RunUnknown, RunUnreadable
from tutor.retrieval.lexical import language_of
from tutor.ui.conversation import Conversation, Exchange, restored
from tutor.ui.markdown import inert, kept_address, read_kept, read_vote
from tutor.ui.view import chat_messages, known_language

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MOST_LISTED = 100
"""Conversations in the list; the search finds the others."""
LONGEST_SEARCH = 200
NARROW = "narrow"
"""What the browser says of a page in which the drawer covers the rest."""


class Drawer:
    """The drawer of one page, and the rules about who sees what."""

    def __init__(
        self,
        conversations: Conversations | None,
        course: CourseSearch,
        laboratory: Laboratory,
        language: Language,
        *,
        shared: bool,
    ) -> None:
        import gradio as gr

        self.conversations = conversations
        self.course = course
        self.laboratory = laboratory
        self.shared = shared
        words = self._wording(language)
        # one key for all starts: what a browser holds is not read by its encryption but checked against the owner
        self.secret = gr.BrowserState("", storage_key="tutor-browser", secret="tutor")
        self.name = gr.Textbox("", visible="hidden", elem_id="open-name")
        self.file = gr.Textbox("", visible="hidden")
        self.voted = gr.State("")
        self.bridge = gr.HTML(js_on_load=(HERE / "drawer.js").read_text(encoding="utf-8"), elem_id="drawer-bridge")
        with gr.Column(visible=False, scale=0, min_width=0, elem_id="drawer") as self.panel:
            with gr.Row(elem_id="drawer-top"):
                title = gr.HTML(elem_id="drawer-title", **words["title"])
                self.close = gr.Button(size="sm", scale=0, min_width=70, **words["close"])
            self.search = gr.Textbox(show_label=False, container=False, elem_id="kept-search", **words["search"])
            self.list = gr.HTML(elem_id="kept-list")
            with gr.Column(visible=False, elem_id="kept-open") as self.actions:
                self.title = gr.Textbox(
                    container=False, show_label=False, max_length=LONGEST_TITLE, elem_id="kept-title", **words["name"]
                )
                with gr.Row(elem_id="kept-buttons"):
                    self.rename = gr.Button(size="sm", min_width=0, elem_id="kept-rename", **words["rename"])
                    self.export = gr.Button(size="sm", min_width=0, elem_id="kept-export", **words["export"])
                    self.delete = gr.Button(size="sm", min_width=0, elem_id="kept-delete", **words["delete"])
                with gr.Column(visible=False, elem_id="kept-sure") as self.sure:
                    sure = gr.HTML(**words["sure"])
                    with gr.Row(elem_id="kept-decide"):
                        self.yes = gr.Button(size="sm", variant="stop", min_width=0, elem_id="kept-yes", **words["yes"])
                        self.no = gr.Button(size="sm", min_width=0, elem_id="kept-no", **words["no"])
            where = gr.HTML(elem_id="kept-where", **words["where"])
            self.reporting = gr.Button(size="sm", visible=not shared, elem_id="kept-report", **words["report"])
        self._worded = {
            "title": title,
            "close": self.close,
            "search": self.search,
            "name": self.title,
            "rename": self.rename,
            "export": self.export,
            "delete": self.delete,
            "sure": sure,
            "yes": self.yes,
            "no": self.no,
            "where": where,
            "report": self.reporting,
        }

    def reason_row(self, language: Language) -> Any:
        """Build, where the caller stands, the line that asks why an answer is no good."""
        import gradio as gr

        words = self._wording(language)
        with gr.Row(visible=False, elem_id="why") as self.why:
            self.reason = gr.Textbox(
                show_label=False, container=False, max_length=LONGEST_REASON, elem_id="why-not", **words["reason"]
            )
            self.tell = gr.Button(size="sm", scale=0, min_width=80, elem_id="why-send", **words["tell"])
        self._worded |= {"reason": self.reason, "tell": self.tell}

    def resume_line(self) -> Any:
        """Build, where the caller stands, the line that offers the last conversation."""
        import gradio as gr

        self.resume = gr.HTML(elem_id="resume")

    def opener(self, language: Language) -> Any:
        """Build, where the caller stands, the button that opens the drawer."""
        import gradio as gr

        self.open = gr.Button(
            size="sm",
            scale=0,
            elem_id="open-drawer",
            visible=self.conversations is not None,
            **self._wording(language)["open"],
        )
        self._worded["open"] = self.open

    def wording(self, language: Language) -> dict[Any, dict[str, Any]]:
        """Return every text that does not depend on what is kept: component → its properties."""
        return {self._worded[name]: texts for name, texts in self._wording(language).items()}

    def _wording(self, language: Language) -> dict[str, dict[str, Any]]:
        def say(key: str) -> str:
            return messages.text(f"page.kept.{key}", language)

        where = say("where_shared" if self.shared else "where")
        return {
            "title": {"value": f"<h2>{html.escape(say('title'))}</h2>"},
            "close": {"value": messages.text("page.close", language)},
            "open": {"value": say("open")},
            "search": {"label": say("search"), "placeholder": say("search_hint")},
            "name": {"label": say("name")},
            "rename": {"value": say("rename")},
            "export": {"value": say("export")},
            "delete": {"value": say("delete")},
            "sure": {"value": f"<p>{html.escape(say('sure'))}</p>"},
            "yes": {"value": say("yes")},
            "no": {"value": say("no")},
            "where": {"value": f"<p>{html.escape(where)}</p>"},
            "report": {"value": say("report")},
            "reason": {"label": say("reason"), "placeholder": say("reason")},
            "tell": {"value": messages.text("page.send", language)},
        }

    # --- who sees what -----------------------------------------------------------------------------------

    def owner(self, secret: object) -> str | None:
        """Return whose conversations this browser may see; None: nobody's, nothing is kept for it."""
        if self.conversations is None:
            return None
        return owner_of(secret) if self.shared else LOCAL

    def keeping(self, name: object, secret: object) -> dict[str, str]:
        """Return what the tutor needs to keep a turn, in a new conversation when ``name`` is empty; {}: not kept."""
        owner = self.owner(secret)
        if owner is None or self.conversations is None:
            return {}
        try:
            return {"conversation": str(name) if name else self.conversations.begin(owner), "owner": owner}
        except sqlite3.Error:  # a full disk takes no answer away
            _log.exception("a conversation cannot be begun")
            return {}

    def after_keeping(self, exchange: Exchange, keeping: dict[str, str]) -> Exchange:
        """Return an exchange that has ended with the id of its record, or with the reason why there is none."""
        if not keeping or self.conversations is None or exchange.apart:
            return exchange
        try:
            records = self.conversations.records(keeping["conversation"], keeping["owner"])
        except ConversationUnknown:  # in another tab, or in a terminal
            if exchange.answer is None:
                return exchange
            note = messages.text("answer.deleted", language_of(exchange.answer.answer))
            return replace(exchange, answer=replace(exchange.answer, notes=(*exchange.answer.notes, note)))
        except sqlite3.Error:
            return exchange
        asked = exchange.question.strip()
        mine = [record.id for record in records if record.question == asked]  # another tab may have added turns since
        return replace(exchange, kept_as=mine[-1] if mine else "")

    def said(self, name: object, secret: object) -> Conversation:
        """Return a conversation as it was shown. Raises ``ConversationUnknown``."""
        owner = self.owner(secret)
        if owner is None or self.conversations is None:
            raise ConversationUnknown(name=str(name)[:40])
        ratings = self.conversations.ratings(name, owner)
        return tuple(
            restored(record, self.course, self._run, ratings[record.id].verdict if record.id in ratings else None)
            for record in self.conversations.records(name, owner)
        )

    def _run(self, run_id: str) -> DemoResult | None:
        try:
            return self.laboratory.runs.load(run_id) if self.laboratory.runs else None
        except (RunUnknown, RunUnreadable):
            return None

    def listed(self, search: object, name: object, secret: object, language: Language) -> dict[Any, Any]:
        """Return the list, and what can be done with the conversation that is open."""
        import gradio as gr

        owner = self.owner(secret)
        if owner is None or self.conversations is None:
            hidden = {part: gr.update(visible=False) for part in (self.actions, self.sure)}
            return {self.list: "", self.resume: "", **hidden}
        typed = search[:LONGEST_SEARCH] if isinstance(search, str) else ""
        found = self.conversations.all(owner, typed)
        try:
            title = self.conversations.find(name, owner).title
        except ConversationUnknown:
            title = ""
        return {
            self.list: list_html(found, name, bool(typed.strip()), language),
            self.resume: gr.update() if typed.strip() else resume_html(found, language),
            self.actions: gr.update(visible=bool(title)),
            self.title: title,
            self.sure: gr.update(visible=False),
        }

    # --- what is done ------------------------------------------------------------------------------------

    def connect(
        self, chosen: Any, conversation: Any, parts: Mapping[str, Any], opening: Any, busy: Callable[[str], bool]
    ) -> None:
        """Connect the handlers.

        Args:
            chosen: the component that holds the language.
            conversation: the state that holds what is shown.
            parts: ``chat``, ``welcome`` and ``box`` of the page; ``panel``, ``panel_title``, ``panel_text`` and
                ``opened`` of what is beside.
            opening: the event after which the page is open and in its language.
            busy: says whether a session has an answer under way: its conversation is not changed meanwhile.
        """
        import gradio as gr

        chat, welcome, box = parts["chat"], parts["welcome"], parts["box"]

        def shown(past: Conversation, name: str, language: Language) -> dict[Any, Any]:
            cut = past[-1].question if past and past[-1].interrupted else ""
            return {
                conversation: past,
                self.name: name,
                chat: gr.update(value=chat_messages(past, language), visible=bool(past)),
                welcome: gr.update(visible=not past),
                self.why: gr.update(visible=False),
                **({box: cut} if cut else {}),
            }

        def take_up(
            name: str, secret: str, language_chosen: str, now: Conversation, request: gr.Request
        ) -> dict[Any, Any]:
            """A page that is opened gets its secret; one that is reloaded goes on with its conversation."""
            given: dict[Any, Any] = {self.file: ""}
            if self.shared and self.conversations is not None and owner_of(secret) is None:
                secret = secrets.token_hex(16)
                given[self.secret] = secret
            if now or not name or busy(request.session_hash or ""):  # somebody types faster than pages open
                return {**given, **self.listed("", name if now else "", secret, known_language(language_chosen))}
            try:
                past = self.said(name, secret)
            except ConversationUnknown:
                return {**given, **self.listed("", "", secret, known_language(language_chosen))}
            language = known_language(language_chosen)
            return {**given, **shown(past, name, language), **self.listed("", name, secret, language)}

        def open_kept(
            search: str, open_name: str, secret: str, language_chosen: str, event: gr.EventData, request: gr.Request
        ) -> dict[Any, Any]:
            """Open the conversation that was chosen in the list."""
            name = read_kept(_sent(event)) or ""
            language = known_language(language_chosen)
            try:
                if busy(request.session_hash or ""):
                    gr.Info(messages.text("page.kept.busy", language), duration=4)
                    return self.listed(search, open_name, secret, language)
                past = self.said(name, secret)
            except ConversationUnknown:
                return self.listed(search, open_name, secret, language)
            return {**shown(past, name, language), **self.listed(search, name, secret, language)}

        def listed(search: str, name: str, secret: str, language_chosen: str) -> dict[Any, Any]:
            return self.listed(search, name, secret, known_language(language_chosen))

        def open_drawer(search: str, name: str, secret: str, language_chosen: str) -> dict[Any, Any]:
            return {self.panel: gr.update(visible=True), **listed(search, name, secret, language_chosen)}

        def rename(title: str, search: str, name: str, secret: str, language_chosen: str) -> dict[Any, Any]:
            owner = self.owner(secret)
            if owner is not None and self.conversations is not None:
                try:
                    self.conversations.rename(name, owner, title if isinstance(title, str) else "")
                except ConversationUnknown as error:
                    _warn(error, language_chosen)
            return listed(search, name, secret, language_chosen)

        def export(name: str, secret: str, language_chosen: str) -> str:
            owner = self.owner(secret)
            if owner is None or self.conversations is None:
                return ""
            try:
                summary = self.conversations.find(name, owner)
                records = self.conversations.records(name, owner)
            except ConversationUnknown as error:
                _warn(error, language_chosen)
                return ""
            text = to_markdown(summary, records, known_language(language_chosen))
            return json.dumps({"name": file_name(summary), "text": text}, ensure_ascii=False)

        def delete(search: str, name: str, secret: str, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            if busy(request.session_hash or ""):
                gr.Info(messages.text("page.kept.busy", known_language(language_chosen)), duration=4)
                return listed(search, name, secret, language_chosen)
            owner = self.owner(secret)
            if owner is not None and self.conversations is not None:
                try:
                    self.laboratory.forget(self.conversations.delete(name, owner))
                except ConversationUnknown as error:
                    _warn(error, language_chosen)
            language = known_language(language_chosen)
            return {**shown((), "", language), **self.listed(search, "", secret, language)}

        def vote(
            past: Conversation, name: str, secret: str, language_chosen: str, event: gr.EventData
        ) -> dict[Any, Any]:
            """Keep what the student thinks of an answer; the same again takes it back."""
            exchange, verdict = read_vote(_sent(event)) or ("", "")
            owner = self.owner(secret)
            now: Any = None
            after = []
            for each in past:
                if exchange and each.kept_as == exchange:
                    now = None if each.verdict == verdict else verdict
                    each = replace(each, verdict=now)
                after.append(each)
            if owner is None or self.conversations is None:
                return {self.voted: ""}
            try:
                self.conversations.rate(name, owner, exchange, now)
            except ConversationUnknown as error:
                _warn(error, language_chosen)
                return {self.voted: ""}
            return {
                conversation: tuple(after),
                chat: chat_messages(tuple(after), known_language(language_chosen)),
                self.voted: exchange if now == "bad" else "",
                self.why: gr.update(visible=now == "bad"),
                self.reason: "",
            }

        def tell_why(reason: str, exchange: str, name: str, secret: str, language_chosen: str) -> dict[Any, Any]:
            owner = self.owner(secret)
            if owner is not None and self.conversations is not None and exchange:
                try:
                    self.conversations.rate(name, owner, exchange, "bad", reason if isinstance(reason, str) else "")
                    gr.Info(messages.text("page.kept.thanks", known_language(language_chosen)), duration=4)
                except ConversationUnknown as error:
                    _warn(error, language_chosen)
            return {self.why: gr.update(visible=False), self.voted: ""}

        def show_report(language_chosen: str) -> dict[Any, Any]:
            """Show a teacher what students asked and did not get."""
            if self.shared or self.conversations is None:  # the page of everybody has no teacher
                return {parts["panel"]: gr.update()}
            language = known_language(language_chosen)
            text = inert(report_markdown(report(self.conversations.of_everybody()), language))
            title, _, rest = text.partition("\n\n")
            return {
                parts["panel"]: gr.update(visible=True),
                parts["panel_title"]: f"<h2>{title.removeprefix('# ')}</h2>",
                parts["panel_text"]: rest,
                parts["opened"]: "",
            }

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        quick: dict[str, Any] = {**private, "concurrency_limit": None}
        where = [self.search, self.name, self.secret, chosen]
        in_list = [self.list, self.resume, self.actions, self.title, self.sure]
        in_chat = [conversation, self.name, chat, welcome, box, self.why]
        opening.then(
            take_up,
            [self.name, self.secret, chosen, conversation],
            [self.file, self.secret, *in_chat, *in_list],
            js="(name, secret, language) => [window.tutorDrawer?.opened() ?? '', secret, language, null]",
            **quick,
        )
        self.name.change(None, self.name, None, js="(name) => window.tutorDrawer?.keep(name)", **private)
        self.open.click(open_drawer, where, [self.panel, *in_list], **quick).then(
            None, None, None, js="() => document.querySelector('#kept-search :is(input, textarea)')?.focus()", **private
        )
        self.close.click(lambda: gr.update(visible=False), None, self.panel, **quick).then(
            None, None, None, js="() => document.querySelector('#open-drawer')?.focus()", **private
        )
        self.search.change(listed, where, in_list, trigger_mode="always_last", **quick)

        def give_way(name: str) -> dict[Any, Any]:
            """On a narrow page the drawer covers what has just been asked for."""
            return {self.panel: gr.update(visible=False)} if name == NARROW else {self.panel: gr.update()}

        narrow: dict[str, Any] = {"js": f"() => [window.tutorDrawer?.narrow() ? '{NARROW}' : '']", **quick}
        self.bridge.select(open_kept, where, [*in_chat, *in_list], **quick).then(
            give_way, self.file, self.panel, **narrow
        )
        renamed = [self.title, *where]
        for event in (self.rename.click, self.title.submit):
            event(rename, renamed, in_list, **quick)
        self.export.click(export, [self.name, self.secret, chosen], self.file, **quick).then(
            None, self.file, None, js="(file) => window.tutorDrawer?.save(file)", **private
        )
        self.delete.click(lambda: gr.update(visible=True), None, self.sure, **quick)
        self.no.click(lambda: gr.update(visible=False), None, self.sure, **quick)
        self.yes.click(delete, where, [*in_chat, *in_list], **quick)
        self.bridge.submit(
            vote,
            [conversation, self.name, self.secret, chosen],
            [conversation, chat, self.voted, self.why, self.reason],
            **quick,
        )
        for event in (self.tell.click, self.reason.submit):
            event(tell_why, [self.reason, self.voted, self.name, self.secret, chosen], [self.why, self.voted], **quick)
        beside = [parts[name] for name in ("panel", "panel_title", "panel_text", "opened")]
        self.reporting.click(show_report, chosen, beside, **quick).then(give_way, self.file, self.panel, **narrow)
        self.listing = (listed, where, in_list)


def list_html(found: Sequence[Summary], name: object, searched: bool, language: Language) -> str:
    """Return the list of conversations, the open one marked."""
    if not found:
        nothing = messages.text(f"page.kept.{'not_found' if searched else 'none'}", language)
        return f'<p class="nothing">{html.escape(nothing)}</p>'
    lines = []
    for each in found[:MOST_LISTED]:
        here = each.id == name
        forms = messages.text("page.kept.exchanges", language, count=each.exchanges).split("|")
        about = f"{day(each.updated, language)} · {forms[min(each.exchanges, len(forms)) - 1]}"
        lines.append(
            f'<li{" class=current" if here else ""}><a role="button" href="{kept_address(each.id)}"'
            f"{' aria-current=true' if here else ''}>{html.escape(each.title)}</a>"
            f"<span>{html.escape(about)}</span></li>"
        )
    left = len(found) - MOST_LISTED
    more = messages.text("page.kept.more", language, count=left) if left > 0 else ""
    return f"<ul>{''.join(lines)}</ul>" + (f'<p class="nothing">{html.escape(more)}</p>' if more else "")


def resume_html(found: Sequence[Summary], language: Language) -> str:
    """Return the link to the last conversation, if there is one."""
    if not found:
        return ""
    said = messages.text("page.kept.resume", language, title=found[0].title)
    return f'<p><a role="button" href="{kept_address(found[0].id)}">{html.escape(said)}</a></p>'


def _warn(error: ConversationUnknown, language_chosen: str) -> None:
    import gradio as gr

    gr.Warning(html.escape(error.text(known_language(language_chosen))))


def _sent(event: Any) -> object:
    """Return the address that the browser sent."""
    return event._data.get("address") if isinstance(event._data, dict) else None
