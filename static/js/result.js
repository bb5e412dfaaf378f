/* The finished picture: sliding across it, seeing it larger, passing it on. Without this file the slider is the
   browser's own, the larger picture a link, and the shared link a field to copy from. It comes with the picture, once
   with each that is made while the page is open. */
(() => {
  "use strict";

  if (document.documentElement.classList.contains("can-drag")) return;

  const SCALE_MAX = 8;
  const TAP_MS = 300;
  const TAP_PX = 24;
  const STEP_PX = 60;

  const one = (name, within = document) => within.querySelector(`[data-${name}]`);
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  document.documentElement.classList.add("can-drag");

  /* Before and after, by sliding anywhere on the picture. Up and down still moves the page. */

  const fingers = new Map(); // pointerId → {x, y}
  let sliding = null; // {range, box}
  let lastTap = { time: 0, x: 0, y: 0 };
  let moved = false;

  function slide(x) {
    const { range, box } = sliding;
    range.value = clamp((100 * (x - box.left)) / box.width, 0, 100);
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Larger, in a dialog that fills the screen. */

  const view = { scale: 1, x: 0, y: 0 };
  const openZoom = () => document.querySelector("dialog[data-zoom][open]");

  function paint(dialog) {
    const picture = dialog.querySelector("img");
    const { clientWidth: width, clientHeight: height } = one("zoom-view", dialog);
    const whole = (side, all) => picture[`natural${side}`] || Number(picture.getAttribute(side.toLowerCase())) || all;
    const [wide, high] = [whole("Width", width), whole("Height", height)]; // it may still be on its way
    const fit = Math.min(width / wide, height / high);
    const room = (side, all) => Math.max(0, (side * fit * view.scale - all) / 2);
    view.x = clamp(view.x, -room(wide, width), room(wide, width));
    view.y = clamp(view.y, -room(high, height), room(high, height));
    picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }

  function zoomBy(dialog, factor, x = innerWidth / 2, y = innerHeight / 2) {
    const scale = clamp(view.scale * factor, 1, SCALE_MAX);
    const [dx, dy] = [x - innerWidth / 2, y - innerHeight / 2];
    view.x = dx - (dx - view.x) * (scale / view.scale);
    view.y = dy - (dy - view.y) * (scale / view.scale);
    view.scale = scale;
    paint(dialog);
  }

  function show() {
    const dialog = one("zoom");
    if (!dialog?.showModal || dialog.open) return false;
    Object.assign(view, { scale: 1, x: 0, y: 0 });
    one("zoom-open").focus({ preventScroll: true }); // where the keyboard is again when it closes
    dialog.showModal();
    one("zoom-close", dialog).focus();
    paint(dialog);
    return true;
  }

  function tap(event) {
    const again = event.timeStamp - lastTap.time < TAP_MS
      && Math.hypot(event.clientX - lastTap.x, event.clientY - lastTap.y) < TAP_PX;
    lastTap = { time: again ? 0 : event.timeStamp, x: event.clientX, y: event.clientY };
    if (!again) return;
    const dialog = openZoom();
    if (!dialog) show();
    else zoomBy(dialog, view.scale > 1 ? 0 : 2.5, event.clientX, event.clientY);
  }

  document.addEventListener("pointerdown", (event) => {
    const picture = event.target.closest?.("[data-compare], [data-zoomable], [data-zoom-view]");
    if (!picture || event.button) return;
    if (event.pointerType === "mouse") event.preventDefault(); // no text is selected, no picture dragged away
    if (event.isPrimary) { fingers.clear(); moved = false; }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) { sliding = null; moved = true; show(); }
    if (fingers.size > 1 || !picture.matches("[data-compare]")) return;
    const range = one("compare-range", picture);
    range.focus({ preventScroll: true });
    sliding = { range, box: picture.getBoundingClientRect() };
    picture.setPointerCapture(event.pointerId);
  });

  document.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const here = { x: event.clientX, y: event.clientY };
    const [right, down] = [Math.abs(here.x - before.x), Math.abs(here.y - before.y)];
    if (!moved && Math.hypot(right, down) < 4) return;
    if (!moved && event.pointerType !== "mouse" && down > right) sliding = null; // the page is being moved
    moved = true;
    const dialog = openZoom();
    if (dialog) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
        zoomBy(dialog, apart(here) / apart(before), (here.x + other.x) / 2, (here.y + other.y) / 2);
      } else {
        view.x += here.x - before.x;
        view.y += here.y - before.y;
        paint(dialog);
      }
    } else if (sliding) {
      slide(here.x);
    }
    fingers.set(event.pointerId, here);
  });

  for (const kind of ["pointerup", "pointercancel"]) {
    document.addEventListener(kind, (event) => {
      if (!fingers.delete(event.pointerId)) return;
      if (kind === "pointerup" && !moved) {
        if (sliding) slide(event.clientX);
        tap(event);
      }
      sliding = null;
    });
  }

  document.addEventListener("wheel", (event) => {
    const dialog = openZoom();
    if (!dialog) return;
    event.preventDefault(); // neither the page underneath nor the browser's own zoom
    zoomBy(dialog, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), event.clientX, event.clientY);
  }, { passive: false });

  const KEYS = {
    "+": (dialog) => zoomBy(dialog, 1.5), "=": (dialog) => zoomBy(dialog, 1.5),
    "-": (dialog) => zoomBy(dialog, 1 / 1.5), "0": (dialog) => zoomBy(dialog, 0),
    ArrowLeft: (dialog) => { view.x += STEP_PX; paint(dialog); },
    ArrowRight: (dialog) => { view.x -= STEP_PX; paint(dialog); },
    ArrowUp: (dialog) => { view.y += STEP_PX; paint(dialog); },
    ArrowDown: (dialog) => { view.y -= STEP_PX; paint(dialog); },
  };

  document.addEventListener("keydown", (event) => {
    const dialog = openZoom();
    if (!dialog || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key](dialog);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-zoom-open]");
    if (opener && !event.ctrlKey && !event.metaKey && show()) event.preventDefault();
    const button = event.target.closest?.("[data-zoom-by]");
    if (button) zoomBy(openZoom(), Number(button.dataset.zoomBy));
  });

  /* Passing it on: the phone's own sheet, else the clipboard, else the field. */

  const say = (words) => { if (one("announce")) one("announce").textContent = words; };

  async function copy(panel) {
    const field = one("share-link", panel);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select(); // a frame or a browser that lets no page write to the clipboard
      return;
    }
    const words = one("share-copied", panel);
    words.hidden = false;
    say(words.textContent);
  }

  async function passOn(panel) {
    const link = { title: panel.dataset.title, url: one("share-link", panel).value };
    if (!navigator.share || (navigator.canShare && !navigator.canShare(link))) return copy(panel);
    try {
      await navigator.share(link);
    } catch (error) {
      if (error.name !== "AbortError") await copy(panel);
    }
  }

  document.addEventListener("click", (event) => {
    const panel = event.target.closest?.("[data-share]");
    if (!panel) return;
    if (event.target.closest("[data-share-copy]")) copy(panel);
  });

  /* After a piece was swapped: say what is new, and put the keyboard where it goes on. */

  document.addEventListener("htmx:afterSettle", (event) => {
    const piece = event.detail.elt;
    if (piece.id === "opinion") say(one("opinion-words", piece).textContent);
    if (piece.id !== "share") return;
    const link = one("share-link", piece);
    if (link) { link.focus(); passOn(piece); }
    else { document.querySelector("[form=share-form]")?.focus(); say(one("share-words", piece)?.textContent ?? ""); }
  });
})();
