"""The tutor's page: parse, compose, launch. ``make run`` calls this; ``python app.py --help`` lists its options."""

import contextlib
import sys
import threading
from functools import partial

from tutor import cli, compose, messages, usage


def main(argv: list[str]) -> int:
    """Serve the page until Ctrl+C; return the exit code."""
    language = cli.language_of(argv)

    def say(key: str, **variables: object) -> str:
        return messages.text(f"cli.{key}", language, **variables)

    *_, models = cli.options(language)
    parser = usage.Parser(language=language, description=say("tutor"), parents=[models])
    parser.add_argument("--host", help=say("host"))
    parser.add_argument("--port", help=say("port"))
    parser.add_argument("--shared", action="store_true", default=None, help=say("shared"))
    parser.add_argument("--no-browser", action="store_true", help=say("no_browser"))
    args = parser.parse_args(argv)

    def run() -> int:
        settings = cli.prepare(args)
        compose.check_port(settings)
        print(say("opening"), flush=True)
        tell = partial(print, flush=True)
        with compose.tutor_and_course(settings, tell, wait=False) as (tutor, course):
            from tutor.models.speed import StartBanner
            from tutor.ui.page import build_page, launch_options
            from tutor.ui.roles import is_loopback

            what_runs = StartBanner(tutor.model)
            build = partial(build_page, tutor, course=course, quizzes=tutor.quizzes, laboratory=tutor.laboratory)
            build = partial(build, conversations=tutor.conversations, workshop=tutor.workshop)
            # behind a proxy everybody seems to sit at this machine: nobody is a teacher there
            desk = None if settings.shared else compose.desk(settings, tutor.embedder, tutor.judge)
            shared = settings.shared or not is_loopback(settings.host)
            page = build(language=settings.language, banner=what_runs, desk=desk, shared=shared)
            with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as served:
                served.callback(page.close, verbose=False)
                page.launch(
                    server_name=settings.host,
                    server_port=settings.port,
                    inbrowser=not args.no_browser,
                    prevent_thread_lock=True,
                    quiet=True,
                    **launch_options(),
                )
                tell(what_runs[settings.language])
                tell(say("ready", url=f"http://{settings.host}:{settings.port}"))
                tell(what_runs.measure(settings.language))  # with the page there already: nobody waits for it
                threading.Event().wait()
        return 0

    return cli.guarded(run, language)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
