// What the browser does by itself on the tutor's page; run once, by the hidden component that `page.py` calls the
// bridge. `trigger` sends an event to Python. No framework, nothing loaded.

let openedFrom = null; // the link that opened the passage: the focus goes back to it

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#passage/"]');
  if (!link) return;
  event.preventDefault(); // no jump: the passage opens beside the conversation
  openedFrom = link;
  trigger("select", { address: link.getAttribute("href") });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("#close-passage")?.click();
  if (event.key === " " && event.target.matches?.('a[role="button"]')) {
    event.preventDefault(); // links that act as buttons answer to the space bar too
    event.target.click();
  }
});

const tutorPage = {
  language(language, title) {
    document.documentElement.lang = language;
    if (title) document.title = title;
    window.tutorCourse?.redraw();
  },
  // The passage is drawn a moment after the answer of the server: wait for it, then show the quoted words.
  showPassage(triesLeft = 20) {
    const panel = document.querySelector("#passage-panel");
    const scrolled = panel?.querySelector("#passage-text");
    const drawn = scrolled?.querySelector(":scope .passage:not(.around .passage)");
    if (!drawn) {
      if (triesLeft) setTimeout(() => tutorPage.showPassage(triesLeft - 1), 50);
      return;
    }
    const mark = drawn.querySelector("mark");
    const top = mark ? mark.getBoundingClientRect().top - scrolled.getBoundingClientRect().top : 0;
    scrolled.scrollTop = mark ? scrolled.scrollTop + top - scrolled.clientHeight / 3 : 0;
    document.querySelector("#close-passage")?.focus({ preventScroll: true });
  },
  closePassage() {
    if (openedFrom?.isConnected) openedFrom.focus({ preventScroll: true });
    openedFrom = null;
  },
  // A button that was pressed may be gone; the text box is where the next thing is typed.
  readyToType() {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost) document.querySelector("#question textarea")?.focus({ preventScroll: true });
  },
};
window.tutorPage = tutorPage;
