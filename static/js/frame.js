/* What a page of ours tells the shop's page whose embed shows it in a frame: that page, at that origin, and no other.
   Every message is {tryon: 1, type, …}; docs/embed.md lists them. Standing alone, in a tab or on a phone, it is silent. */
(() => {
  "use strict";

  const embedOrigin = new URL(document.currentScript.dataset.embedOrigin).origin;
  const shop = window.parent;
  if (shop === window) return;

  const tell = (type, detail) => shop.postMessage({ ...detail, tryon: 1, type }, embedOrigin);

  /* Our own widget says hello, and then takes over what a link would do. A frame that a shop made by itself hears the
     same messages, but its links lead where they say. */

  let isWidget = false;
  window.addEventListener("message", (event) => {
    if (event.source !== shop || event.origin !== embedOrigin) return;
    if (event.data?.tryon === 1 && event.data.type === "hello") isWidget = true;
  });

  /* How far the try-on is: the view stands in the page and is swapped with it. */

  let told = "";
  let viewTold; // none yet: a page that opens at its result started nothing

  function tellView() {
    const section = document.getElementById("try");
    const view = section?.dataset.view;
    const picture = section?.querySelector('img[src*="/media/results/"]')?.src;
    const job = /gen_\w+/.exec(picture)?.[0]; // a picture's address names its job
    const problem = document.getElementById("problem");
    const now = [view, job, problem && problem.textContent].join();
    if (now === told) return;
    told = now;
    const wasShort = view === "result" && ["photo", "failed"].includes(viewTold); // over before this page asked again
    viewTold = view;
    if (view === "waiting" || wasShort) tell("started");
    if (view === "result") tell("completed", { image_url: picture, job_id: job });
    if (view === "failed") tell("error", { code: section.dataset.code ?? "try_on_failed" });
    if (view === "photo" && problem) tell("error", { code: problem.dataset.code ?? "photo_rejected" });
  }

  document.addEventListener("htmx:afterSettle", tellView);
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    const { verb, path } = detail.requestConfig;
    if (verb === "post" && new URL(path, location.href).pathname.endsWith("/photo")) tell("photo");
  });

  /* What is pressed. */

  function meaningOf(link) {
    const named = link.dataset.tryonAction ?? link.dataset.tryonMessage;
    if (named || !link.href) return named;
    const { origin, searchParams } = new URL(link.href);
    if (origin !== embedOrigin) return undefined;
    if (searchParams.has("model_id")) return "studio-kept";
    if (searchParams.get("status") === "cancelled") return "studio-closed";
    return link.target === "_top" ? "close" : undefined; // back to the page that is around us
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-tryon-action], [data-tryon-message], a[href]");
    const type = pressed && meaningOf(pressed);
    if (!type) return;
    const query = new URL(pressed.href || location.href).searchParams;
    const { modelId = query.get("model_id"), product } = pressed.dataset;
    tell(type, { ...(modelId && { model_id: modelId }), ...(product && { product }) });
    if (isWidget) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    tell("close"); // keys pressed in a frame never reach the page around it
  });

  tell("ready");
  tellView();
})();
