// What the browser does by itself in the course; run once, by the hidden component that `course_page.py` calls the
// bridge. `trigger` sends an event to Python. The address says what is read: see `course_view.py`.

const HERE = "#cours";
const CONVERSATION = "#conversation";
const WORKSHOP = "#atelier";
const layout = document.querySelector("#layout"); // page.css shows one view or the other by its data-view
let asked = ""; // the address that Python was last asked for, or that is drawn
let left = 0; // how far the chapter was scrolled when it was left
let again = ""; // the address that is drawn again, in the other language: nothing moves

const scroller = () => document.querySelector("#course-chapter");
const parts = (address) => address.split("/").slice(1);

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // somebody wrote a % by hand
  }
}

const tutorCourse = {
  // Show the view and the chapter that the address names.
  route() {
    const address = location.hash;
    const inCourse = address === HERE || address.startsWith(HERE + "/");
    layout.dataset.view = inCourse ? "course" : address.startsWith(WORKSHOP) ? "workshop" : "conversation";
    const [chapter = "", part = "", start] = parts(address);
    if (inCourse) layout.dataset.reading = chapter;
    tutorCourse.mark();
    if (!inCourse) return;
    const sameChapter = chapter && parts(asked)[0] === chapter;
    if (address === asked) {
      scroller().scrollTop = left;
    } else if (sameChapter && !start) {
      asked = address; // the text is there: only the place changes
      tutorCourse.goTo(part);
    } else {
      asked = address;
      trigger("select", { address });
    }
  },
  // The language has changed: what is drawn is drawn again.
  redraw() {
    again = asked;
    asked = "";
    tutorCourse.route();
  },
  // Python has answered; the text is drawn a moment later.
  drawn(triesLeft = 40) {
    if (!document.getElementById(`read-${asked}`)) {
      if (triesLeft) setTimeout(() => tutorCourse.drawn(triesLeft - 1), 50);
      return;
    }
    const current = document.querySelector("#course-list .current > a");
    current?.setAttribute("aria-current", "page");
    current?.scrollIntoView({ block: "nearest" });
    for (const result of document.querySelectorAll("#course-chapter .block.live")) result.setAttribute("aria-live", "polite");
    tutorCourse.mark();
    if (again && (asked === again || asked === HERE)) scroller().scrollTop = left;
    else tutorCourse.goTo(parts(asked)[1] ?? "");
    again = "";
  },
  // Bring a part of the chapter to the eyes, and the keyboard with them, unless it is being typed on.
  goTo(part) {
    const box = scroller();
    const mark = parts(asked).length > 2 ? box.querySelector("mark") : null;
    const place = mark ?? (part ? document.getElementById(`at-${decoded(part)}`) : null);
    const above = mark ? box.clientHeight / 3 : 12;
    box.scrollTop = place ? box.scrollTop + place.getBoundingClientRect().top - box.getBoundingClientRect().top - above : 0;
    if (document.activeElement?.closest("#course-search")) return;
    const target = mark ?? (place ?? box).querySelector("h2, h3, h4, h5, h6") ?? box;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  },
  intoList() {
    document.querySelector("#course-list a")?.focus();
  },
  // The conversation, with the cursor after the words that were put there.
  toQuestion(text, triesLeft = 20) {
    const box = document.querySelector("#question textarea");
    if (box.value !== text && triesLeft) {
      setTimeout(() => tutorCourse.toQuestion(text, triesLeft - 1), 50);
      return;
    }
    location.hash = CONVERSATION;
    tutorCourse.route(); // now: the box must be visible to take the focus
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  },
  // A suggestion has been run: its figure is what one wants to see.
  toRun(demo) {
    setTimeout(() => document.querySelector(`#${demo}-figure, #${demo}`)?.scrollIntoView({ block: "nearest" }), 100);
  },
  // The next question has come: to its answer.
  toReply() {
    setTimeout(() => {
      document.querySelector("#quiz")?.scrollIntoView({ block: "nearest" });
      document.querySelector("#quiz-choices input, #quiz-reply textarea")?.focus({ preventScroll: true });
    }, 100); // drawn a moment later
  },
  // Say where one is: in the links to the two views, in the title of the window.
  mark() {
    const inCourse = layout.dataset.view === "course";
    for (const link of document.querySelectorAll("#views a")) {
      const toCourse = link.classList.contains("to-course");
      if (link.classList.contains(`to-${layout.dataset.view}`)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      if (toCourse && asked) link.setAttribute("href", asked); // one comes back to what one was reading
    }
    const page = document.querySelector("#header h1")?.textContent ?? "";
    const chapter = inCourse ? document.querySelector("#chapter-text h2")?.innerText : "";
    document.title = chapter ? `${chapter} · ${page}` : page;
  },
};
window.tutorCourse = tutorCourse;

window.addEventListener("hashchange", tutorCourse.route);
new MutationObserver(tutorCourse.mark).observe(document.querySelector("#top"), { childList: true, subtree: true });

document.addEventListener("click", (event) => {
  const address = event.target.closest?.('a[href^="#"]')?.getAttribute("href");
  if (!address || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (address.startsWith("#ask/")) {
    event.preventDefault();
    trigger("submit", { address });
  } else if (address.startsWith(HERE) || address === CONVERSATION || address === WORKSHOP) {
    event.preventDefault(); // Gradio's <base> would have it leave the page, and forget ?__lang=en
    if (address === location.hash) tutorCourse.goTo(parts(address)[1] ?? ""); // one may have scrolled away
    else location.hash = address;
  }
});

document.addEventListener(
  "scroll",
  (event) => {
    if (event.target === scroller() && event.target.clientHeight) left = event.target.scrollTop;
  },
  true,
);
