// Larger text, stronger contrast, dark colours, kept for this tab only: a shared device forgets them.
(() => {
  const root = document.documentElement;
  const sizes = ["", "l", "xl"];
  // Dark where the device wishes so, until the button says otherwise.
  const dark = document.querySelector("link[data-dark]");
  const wished = dark?.media;
  const darkMedia = { on: "all", off: "not all" };
  const isDark = () => Boolean(dark) && matchMedia(dark.media).matches;

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
    if (name === "dark" && dark) dark.media = darkMedia[value] ?? wished;
    const button = document.querySelector(`[data-display="${name}"]`);
    const pressed = name === "dark" ? isDark() : Boolean(value);
    if (button) button.setAttribute("aria-pressed", String(pressed));
  };
  const next = {
    text: (value) => sizes[(sizes.indexOf(value) + 1) % sizes.length],
    contrast: (value) => (value ? "" : "more"),
    dark: () => (isDark() ? "off" : "on"),
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
