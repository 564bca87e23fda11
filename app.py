"""The tutor's page: parse, compose, launch. ``make run`` calls this; ``python app.py --help`` lists its options."""

import argparse
import sys
from functools import partial

from tutor import cli, compose, messages


def main(argv: list[str]) -> int:
    """Serve the page until Ctrl+C; return the exit code."""
    language = cli.language_of(argv)

    def say(key: str, **variables: object) -> str:
        return messages.text(f"cli.{key}", language, **variables)

    *_, models = cli.options(language)
    parser = argparse.ArgumentParser(description=say("tutor"), parents=[models])
    parser.add_argument("--host", help=say("host"))
    parser.add_argument("--port", help=say("port"))
    parser.add_argument("--no-browser", action="store_true", help=say("no_browser"))
    args = parser.parse_args(argv)

    def run() -> int:
        settings = cli.prepare(args)
        compose.check_port(settings)
        print(say("opening"), flush=True)
        tell = partial(print, flush=True)
        with compose.tutor_and_course(settings, tell, wait=False) as (tutor, course):
            from tutor.models.speed import banner, measure_speed
            from tutor.ui.page import build_page, launch_options
            from tutor.ui.view import LANGUAGES

            speed = measure_speed(tutor.model)
            what_runs = {each: banner(tutor.model, speed, each) for each in LANGUAGES}
            bank = compose.quizzes(settings, tell)
            page = build_page(
                tutor,
                course=course,
                quizzes=bank,
                laboratory=compose.laboratory(settings),
                language=settings.language,
                banner=what_runs,
            )
            page.launch(
                server_name=settings.host,
                server_port=settings.port,
                inbrowser=not args.no_browser,
                prevent_thread_lock=True,
                quiet=True,
                **launch_options(),
            )
            print(what_runs[settings.language])
            print(say("ready", url=f"http://{settings.host}:{settings.port}"), flush=True)
            page.block_thread()
        return 0

    return cli.guarded(run, language)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
