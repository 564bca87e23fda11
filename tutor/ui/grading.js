// Shows the teacher's page when the address says « #corrections »; run once, by its own hidden component. course.js
// has set the view for its addresses before: the listeners run in the order in which they were made.

const CORRECTIONS = "#corrections";
const layout = document.querySelector("#layout");

function route() {
  const here = location.hash === CORRECTIONS;
  if (here) layout.dataset.view = "grading";
  mark(here);
}

function mark(here = location.hash === CORRECTIONS) {
  const link = document.querySelector("#views .to-grading");
  if (!link) return;
  if (!here) {
    if (link.hasAttribute("aria-current")) link.removeAttribute("aria-current");
    return;
  }
  for (const other of document.querySelectorAll("#views a[aria-current]")) {
    if (other !== link) other.removeAttribute("aria-current");
  }
  if (!link.hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
}

window.addEventListener("hashchange", () => setTimeout(route)); // after course.js
new MutationObserver(() => {
  if (location.hash === CORRECTIONS && layout.dataset.view !== "grading") route();
}).observe(layout, { attributes: true, attributeFilter: ["data-view"] });
new MutationObserver(() => mark()).observe(document.querySelector("#top"), { childList: true, subtree: true });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`a[href="${CORRECTIONS}"]`);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault(); // Gradio's <base> would have it leave the page
  location.hash = CORRECTIONS;
});
setTimeout(route);
