// What the browser does by itself for the conversations that are kept; run once, by the hidden component that
// `drawer.py` calls the bridge. `trigger` sends an event to Python.

const OPEN = "tutor-open"; // this tab's conversation: a reload goes on with it

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#kept/"], a[href^="#vote/"]');
  if (!link) return;
  event.preventDefault(); // the address of the page stays
  const address = link.getAttribute("href");
  trigger(address.startsWith("#kept/") ? "select" : "submit", { address });
});

window.tutorDrawer = {
  // The conversation of this tab, or nothing.
  opened() {
    return sessionStorage.getItem(OPEN) || "";
  },
  keep(name) {
    if (name) sessionStorage.setItem(OPEN, name);
    else sessionStorage.removeItem(OPEN);
  },
  save(file) {
    if (!file) return;
    const { name, text } = JSON.parse(file);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  },
  // On a narrow page the drawer covers the conversation: it goes when one is chosen.
  narrow() {
    return matchMedia("(max-width: 900px)").matches;
  },
};
