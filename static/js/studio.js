/* While a photo is being looked at: what the server has done of it so far. Only a comfort: the answer to the form says
   everything once more. */
(() => {
  "use strict";

  const ASK_EVERY_MS = 300;
  let asking = null; // {list, timer} of the form that is being answered

  async function ask(list) {
    try {
      const answer = await fetch(list.dataset.looking, { headers: { "HX-Request": "true" } });
      const words = answer.ok ? await answer.text() : "";
      if (asking?.list !== list) return;
      if (words.trim() && words !== asking.words) list.innerHTML = asking.words = words;
    } catch {
      // offline: the form itself says so
    }
    if (asking?.list === list) asking.timer = setTimeout(ask, ASK_EVERY_MS, list);
  }

  function stop() {
    clearTimeout(asking?.timer);
    if (asking) asking.list.replaceChildren();
    asking = null;
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    const list = event.detail.elt.querySelector?.("[data-looking]");
    if (!list) return;
    stop();
    asking = { list, timer: setTimeout(ask, ASK_EVERY_MS, list) };
  });
  document.addEventListener("htmx:afterRequest", stop);
})();
