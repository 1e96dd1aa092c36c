// Larger text and stronger contrast, kept for this tab only: a shared device forgets them.
(() => {
  const root = document.documentElement;
  const sizes = ["", "l", "xl"];

  const kept = (name) => {
    try {
      return sessionStorage.getItem(name) || "";
    } catch {
      return ""; // storage may be switched off
    }
  };
  const keep = (name, value) => {
    try {
      sessionStorage.setItem(name, value);
    } catch {
      // the choice then lasts for this page
    }
  };
  const apply = (name, value) => {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    const button = document.querySelector(`[data-display="${name}"]`);
    if (button) button.setAttribute("aria-pressed", String(Boolean(value)));
  };
  const next = {
    text: (value) => sizes[(sizes.indexOf(value) + 1) % sizes.length],
    contrast: (value) => (value ? "" : "more"),
  };

  const offer = () => {
    for (const name of Object.keys(next)) {
      apply(name, kept(name));
      const button = document.querySelector(`[data-display="${name}"]`);
      if (button) button.hidden = false;
    }
  };
  const set = (name, value) => {
    apply(name, value);
    keep(name, value);
  };

  offer();
  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-display]")?.dataset.display;
    if (name) set(name, next[name](root.dataset[name] || ""));
  });
  // A kiosk makes its buttons anew, and shows the next person the page as it is.
  document.addEventListener("display-buttons", offer);
  document.addEventListener("display-plain", () => {
    for (const name of Object.keys(next)) set(name, "");
  });
})();
