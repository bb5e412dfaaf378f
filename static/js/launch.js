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
    show(one("guide", form), false);
    show(one("photo-problem", form), false);
  }

  function choose(form, file) {
    chosen = { form, ready: makeSmaller(file) };
    preview(form, file);
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-photo]") || !input.files.length) return;
    choose(input.form, input.files[0]);
  });

  /* Drag and drop. */

  const dropArea = (event) => event.target.closest?.("[data-drop]");
  const carriesFile = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault(); // a photo dropped beside the area must not replace the page
      dropArea(event)?.classList.add("drop-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    const area = dropArea(event);
    if (area && !area.contains(event.relatedTarget)) area.classList.remove("drop-over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    const area = dropArea(event);
    area?.classList.remove("drop-over");
    if (area && event.dataTransfer.files.length) choose(area.closest("form"), event.dataTransfer.files[0]);
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
  });

  /* When the line or the server fails. */

  function say(box, text = "") {
    if (!box) return;
    box.textContent = text;
    show(box, Boolean(text));
  }

  function restoreForm(form) {
    const bar = one("upload-bar", form);
    delete bar.dataset.sent;
    bar.value = 0;
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

  document.addEventListener("input", (event) => {
    const range = event.target;
    if (!range.matches?.("[data-compare-range]")) return;
    range.closest("[data-compare]").style.setProperty("--split", range.value);
    range.setAttribute("aria-valuetext", range.dataset.words.replace("{}", range.value));
  });
})();
