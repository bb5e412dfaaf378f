/* The launch page's comforts. Everything here is a bonus: without it the forms still work, only plainer.
   Listens on the document, because HTMX swaps the pieces underneath. */
(() => {
  "use strict";

  const SIDE_MAX_PX = 2000;
  const JPEG_QUALITY = 0.9;
  const SMALL_ENOUGH_BYTES = 1.5 * 1024 * 1024;
  const CAN_SHOW = /^image\/(jpeg|png|webp|avif)$/;

  const one = (name, within = document) => within.querySelector(`[data-${name}]`);
  const show = (element, visible) => { if (element) element.hidden = !visible; };

  /* The chosen photo: previewed at once, made smaller before it travels. */

  let chosen = null; // {file, ready: Promise<Blob>} of the form now on the page

  async function makeSmaller(file) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return file; // HEIC and the like: this browser can't read it, the server can
    }
    const scale = Math.min(1, SIDE_MAX_PX / Math.max(bitmap.width, bitmap.height));
    if (scale === 1 && file.size <= SMALL_ENOUGH_BYTES && file.type === "image/jpeg") return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // where a PNG is transparent
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
    return smaller && smaller.size < file.size ? smaller : file;
  }

  function preview(form, file) {
    const picture = one("preview", form);
    if (picture.src) URL.revokeObjectURL(picture.src);
    const visible = CAN_SHOW.test(file.type);
    if (visible) picture.src = URL.createObjectURL(file);
    show(picture, visible);
    const name = one("name", form);
    name.textContent = file.name;
    show(name, !visible);
    show(one("photo-problem", form), false);
  }

  function choose(form, file) {
    chosen = { form, ready: makeSmaller(file) };
    preview(form, file);
    form.dispatchEvent(new CustomEvent("photo:chosen", { bubbles: true }));
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-photo]") || !input.files.length) return;
    choose(input.form, input.files[0]);
  });

  /* Drag and drop, anywhere on the page; and paste. */

  const photoForm = () => document.querySelector("[data-photo-form]");
  const carriesFile = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");
  const markDrop = (over) => one("drop")?.classList.toggle("drop-over", over);

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault(); // else the browser would leave the page and show the file
      markDrop(true);
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) markDrop(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    markDrop(false);
    const form = photoForm();
    if (form && event.dataTransfer.files.length) choose(form, event.dataTransfer.files[0]);
  });

  document.addEventListener("paste", (event) => {
    const picture = Array.from(event.clipboardData?.files ?? []).find((file) => file.type.startsWith("image/"));
    const form = photoForm();
    if (!picture || !form) return;
    event.preventDefault();
    choose(form, picture);
  });

  /* Sending it. */

  const isPhotoForm = (element) => element?.matches?.("[data-photo-form]");
  const photoOf = (form) => (chosen?.form === form ? chosen : null);

  document.addEventListener("htmx:confirm", (event) => {
    const form = event.detail.elt;
    if (!isPhotoForm(form)) return;
    event.preventDefault();
    const photo = photoOf(form);
    if (!photo) {
      const problem = one("photo-problem", form);
      show(problem, true);
      problem.scrollIntoView({ block: "center" });
      form.querySelector("[data-photo]:not([capture])").focus();
      return;
    }
    photo.ready.then((blob) => {
      photo.blob = blob;
      event.detail.issueRequest(true);
    });
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const photo = isPhotoForm(event.detail.elt) && photoOf(event.detail.elt);
    if (!photo?.blob) return;
    const name = photo.blob instanceof File ? photo.blob.name : "photo.jpg";
    event.detail.formData.delete("photo");
    event.detail.formData.append("photo", photo.blob, name);
  });

  document.addEventListener("htmx:beforeSend", (event) => {
    const form = event.detail.elt;
    if (!isPhotoForm(form)) return;
    say(one("send-problem", form));
    show(one("upload", form), true);
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = isPhotoForm(event.target) && one("upload-bar", event.target);
    if (!bar || !event.detail.lengthComputable || bar.dataset.sent) return;
    bar.value = (100 * event.detail.loaded) / event.detail.total;
    if (event.detail.loaded < event.detail.total) return;
    bar.dataset.sent = "yes"; // what follows is the answer coming back
    bar.removeAttribute("value");
    const words = one("upload-words", event.target);
    words.textContent = words.dataset.checking;
    show(one("upload-cancel", event.target), false); // it has arrived: there is nothing left to call off
  });

  document.addEventListener("click", (event) => {
    if (!event.target.matches?.("[data-upload-cancel]")) return;
    const form = event.target.closest("form");
    htmx.trigger(form, "htmx:abort");
    restoreForm(form);
    form.querySelector("[type=submit]").focus();
  });

  /* When the line or the server fails. */

  function say(box, text = "") {
    if (!box) return;
    box.textContent = text;
    show(box, Boolean(text));
  }

  function restoreForm(form) {
    const bar = one("upload-bar", form);
    const words = one("upload-words", form);
    delete bar.dataset.sent;
    bar.value = 0;
    words.textContent = words.dataset.sending;
    show(one("upload-cancel", form), true);
    show(one("upload", form), false);
  }

  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(kind, (event) => {
      const form = isPhotoForm(event.detail.elt) ? event.detail.elt : null;
      const box = (form && one("send-problem", form)) ?? one("toast");
      say(box, box.dataset[kind === "htmx:responseError" ? "failed" : "offline"]);
      if (form) restoreForm(form);
    });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.shouldSwap) say(one("toast"));
  });

  /* After a swap: tell what is new, and put the keyboard where the news is. */

  let toldStage = "";

  function tellStage() {
    const stage = one("stage")?.textContent ?? "";
    if (stage && stage !== toldStage) one("announce").textContent = stage;
    toldStage = stage;
  }

  const viewNow = () => one("view")?.dataset.view;
  let lastView = null;
  document.addEventListener("DOMContentLoaded", () => { lastView = viewNow(); });

  document.addEventListener("htmx:afterSettle", () => {
    tellStage();
    const problem = document.getElementById("problem");
    const isNew = viewNow() !== lastView || (problem && !problem.dataset.told);
    lastView = viewNow();
    if (!isNew) return;
    if (problem) problem.dataset.told = "yes";
    one("announce").textContent = "";
    (problem ?? document.getElementById("try-title")).focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });

  /* Before and after. */

  const percent = (value) => (value / 100).toLocaleString(document.documentElement.lang, { style: "percent", numberingSystem: "latn" });

  document.addEventListener("input", (event) => {
    const range = event.target;
    if (!range.matches?.("[data-compare-range]")) return;
    range.closest("[data-compare]").style.setProperty("--split", range.value);
    range.setAttribute("aria-valuetext", range.dataset.words.replace("{}", percent(range.value)));
  });
})();

/* Hears from the server when the piece on the page is out of date, and has HTMX fetch it anew. HTMX also asks by itself
   now and then; as long as a stream is known to work, that is held back. */
(() => {
  "use strict";

  const QUIET_MS = 12_000; // the server says every 10 s that nothing is new; a stream without that is stuck

  let stream = null;
  let address = "";
  let heardAt = 0;

  const follower = () => document.querySelector("[data-follow]");
  const works = () => stream?.readyState === EventSource.OPEN && performance.now() - heardAt < QUIET_MS;

  function close() {
    stream?.close();
    stream = null;
    address = "";
    heardAt = -QUIET_MS;
  }

  function listen() {
    const wanted = document.hidden ? "" : follower()?.dataset.follow ?? "";
    if (wanted === address) return; // also where the server closed it for good: asking goes on
    close();
    if (!wanted || !window.EventSource) return;
    address = wanted;
    stream = new EventSource(wanted);
    stream.addEventListener("still", () => { heardAt = performance.now(); });
    stream.addEventListener("message", (event) => {
      heardAt = performance.now();
      const piece = follower();
      if (piece && piece.dataset.moment !== event.data) htmx.trigger(piece, "news");
    });
  }

  document.addEventListener("htmx:confirm", (event) => {
    const asksByItself = event.detail.elt.matches("[data-follow]") && event.detail.triggeringEvent?.type !== "news";
    if (asksByItself && works()) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const piece = follower(); // about to go: an answer that is still on its way to it would find no place
    if (event.detail.shouldSwap && piece && piece !== event.detail.elt && event.detail.target.contains(piece)) {
      htmx.trigger(piece, "htmx:abort");
    }
  });
  document.addEventListener("DOMContentLoaded", listen);
  document.addEventListener("htmx:afterSettle", listen);
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pageshow", listen);
  window.addEventListener("pagehide", close);
})();

/* At a desk the code for the phone leads; whoever has a photo there goes on there. */
(() => {
  "use strict";

  function goOnHere(here) {
    const section = document.getElementById("try");
    if (section.classList.contains("is-here") === here) return;
    section.classList.toggle("is-here", here);
    if (!section.querySelector(":scope > .handoff")) return;
    for (const below of section.querySelectorAll(":scope > .here ~ *")) section.append(below); // comes anew: it did not jump
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-go-on-here]")) {
      goOnHere(true);
      document.querySelector("[data-photo]:not([capture])")?.focus();
    }
    if (event.target.closest?.("[data-use-phone]")) {
      goOnHere(false);
      document.querySelector("[data-go-on-here]:not([aria-hidden] *)")?.focus();
    }
  });
  document.addEventListener("photo:chosen", () => goOnHere(true));

  /* A phone that does not say so to the server. */
  document.addEventListener("DOMContentLoaded", () => {
    const address = document.querySelector("[data-joins]")?.dataset.joins;
    if (address && matchMedia("(pointer: coarse)").matches) fetch(address, { method: "POST", keepalive: true });
  });
})();
