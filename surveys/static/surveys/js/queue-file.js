// Opens the saved queue of a kiosk in the official's browser and sends what is in it.

import { opened } from "./rescue.js";

const form = document.querySelector(".kiosk-file");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = form.querySelector("[data-fault]");
  fault.hidden = true;
  try {
    const text = await form.querySelector("[data-file]").files[0].text();
    const plain = await opened(text, form.querySelector("[data-pin]").value);
    const put = new DataTransfer();
    put.items.add(new File([plain], "queue.json", { type: "application/json" }));
    form.querySelector('[name="queue"]').files = put.files;
    form.submit();
  } catch {
    fault.textContent = form.dataset.wrong;
    fault.hidden = false;
  }
});
