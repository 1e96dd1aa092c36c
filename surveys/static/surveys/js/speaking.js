// Reading on in another language. The page is fetched in it and takes the place of this one; the
// answers go along from form to form and are kept nowhere else.

import { answersOf, fill } from "./sheet.js";

/**
 * Return the page in the language of a button or a link.
 * @throws when it cannot be had, or asks something else by now.
 */
export async function fetchPage(chosen, { campaign, questionnaire }) {
  const address = new URL(chosen.formAction ?? chosen.href);
  address.searchParams.set("ngon-ngu", chosen.value ?? chosen.hreflang);
  const reply = await fetch(address, { cache: "no-store", credentials: "omit" });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const one of page.querySelectorAll("noscript")) one.remove(); // parsed as if scripts were off
  const asked = page.querySelector("form[data-address]")?.dataset;
  if (asked?.campaign !== campaign || asked.questionnaire !== questionnaire) {
    throw new Error("This is not the sheet that was begun.");
  }
  history.replaceState(history.state, "", address); // who reloads stays in the language
  return page;
}

/** Put a page in the place of this one, with the answers and the id of a form. */
export function changeTo(page, form) {
  const kept = answersOf(form);
  const { address } = form.dataset;
  const names = ["id", "ticket", "ma-bien-nhan"];
  const fields = names.map((name) => form.querySelector(`[name="${name}"]`));
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  for (const style of page.head.querySelectorAll('link[rel="stylesheet"]')) {
    if (!document.head.querySelector(`link[href="${style.getAttribute("href")}"]`)) {
      document.head.append(style);
    }
  }
  document.body.replaceWith(page.body);
  const next = document.querySelector("form[data-address]");
  next.dataset.address = address;
  for (const field of fields) {
    if (!field) continue;
    const same = next.querySelector(`[name="${field.name}"]`);
    same.value = field.value;
    Object.assign(same.dataset, field.dataset);
  }
  fill(next, kept);
  document.dispatchEvent(new Event("display-buttons"));
}
