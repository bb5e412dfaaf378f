// The demo shop's own script: puts things into the bag without leaving the page, also from within the try-on.

const page = document.body;
const toast = document.querySelector("[data-toast]");

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-add]");
  if (!form) return;
  event.preventDefault();
  add(new FormData(form), () => form.submit());
});

document.addEventListener("tryon:add-to-cart", (event) => {
  const form = document.querySelector("[data-add]");
  const sku = event.detail?.product?.id;
  const isThisPage = form && (!sku || form.elements.sku.value === sku);
  const fields = isThisPage ? new FormData(form) : new FormData();
  if (sku) fields.set("sku", sku);
  add(fields, () => say(page.dataset.failed));
});

async function add(fields, otherwise) {
  try {
    const answer = await fetch(page.dataset.addUrl, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.json());
  } catch {
    otherwise();
  }
}

function show({ count, label, words }) {
  const number = document.querySelector("[data-bag-count]");
  number.textContent = count;
  number.hidden = false;
  document.querySelector("[data-bag]").setAttribute("aria-label", label);
  say(words);
}

let hiding;
function say(words) {
  clearTimeout(hiding);
  toast.textContent = words;
  hiding = setTimeout(() => { toast.textContent = ""; }, 5000);
}
