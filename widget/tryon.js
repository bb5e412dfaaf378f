// Try-on buttons; see docs/embed.md
(() => {
const { q, on } = window.Tryon ?? {};
if (on && !q) return;

const script = document.currentScript;
const settings = { origin: script?.src && new URL(script.src).origin, ...script?.dataset };
const page = document.documentElement;
const WORDS = {
  en: "Try it on|Close|Not available right now|Try again",
  fr: "Essayer|Fermer|Indisponible pour le moment|Réessayer",
  de: "Anprobieren|Schließen|Gerade nicht verfügbar|Noch einmal",
  es: "Pruébatelo|Cerrar|No disponible por el momento|Reintentar",
  it: "Provalo|Chiudi|Non disponibile al momento|Riprova",
  pt: "Experimentar|Fechar|Indisponível de momento|Tentar de novo",
  ja: "試着する|閉じる|現在ご利用いただけません|もう一度試す",
  he: "למדוד|סגירה|לא זמין כרגע|לנסות שוב",
  ar: "تجربة القياس|إغلاق|غير متاح الآن|إعادة المحاولة",
};
const locale = () => settings.locale || page.lang || navigator.language;
const words = () => (WORDS[locale().slice(0, 2)] ?? WORDS.en).split("|");

const make = (name, given, ...children) => {
  const made = Object.assign(document.createElement(name), given);
  made.append(...children);
  return made;
};
const tell = (type, detail, button) => (button?.isConnected ? button : document).dispatchEvent(
  new CustomEvent("tryon:" + type, { bubbles: true, cancelable: true, detail }));
const complain = ({ code = "unreachable" }, say = tell) => {
  console.warn("tryon:", code);
  say("error", { code });
};

const ask = async (path, body, credential = settings.publishableKey) => {
  const response = await fetch(settings.origin + path, {
    method: body && "POST",
    headers: { Authorization: "Bearer " + credential, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer;
};

let token;
const newToken = async () => {
  if (settings.sessionUrl) return (await (await fetch(settings.sessionUrl)).json()).access_token;
  let guest_id;
  try { guest_id = localStorage.tryonGuest; } catch {}
  const answer = await ask("/partner/v1/embed/sessions", { guest_id });
  try { localStorage.tryonGuest = answer.guest_id; } catch {}
  return answer.access_token;
};
const asShopper = async (path, body, again) => {
  try {
    return await ask(path, body, await (token = token ?? newToken()));
  } catch (error) {
    token = null;
    if (again || error.status != 401) throw error;
    return asShopper(path, body, true);
  }
};

// A product is {id, title, image, url}.
let chosen = {};
const asProduct = (given) => given?.trim ? { id: given } : { ...given };

const productOf = (given, button) => {
  given = asProduct(given);
  const read = (name) => button?.getAttribute(name);
  const id = given.id || read("data-tryon-product") || read("external-product-id") || chosen.id;
  const found = [];
  for (const { textContent } of document.querySelectorAll('[type="application/ld+json"]')) try {
    JSON.parse(textContent, (name, node) => {
      if (/Product/.test(node?.["@type"])) found.unshift({ id: node.sku, ...node, title: node.name });
      return node;
    });
  } catch {}
  const meta = (name) => document.querySelector(`[property="og:${name}"]`)?.content;
  if (!found[0] && meta("type") != "website") found[0] = { title: meta("title"), image: meta("image"), url: meta("url") };
  const product = { ...(found.find((node) => node.id == id) ?? found.find((node) => !id || !node.id)), ...(chosen.id == id && chosen), ...given };
  const pick = (name) => read("data-tryon-" + name) ?? [product[name]].flat()[0];
  const href = (name) => pick(name) && make("a", { href: pick(name).url ?? pick(name) }).href;
  return { id: id || product.id || location.pathname, title: pick("title"), image: href("image"), url: href("url") };
};
const findProduct = async ({ id, ...given }) => {
  const query = new URLSearchParams({ external_id: id });
  for (const name in given) if (given[name]) query.set("fallback_" + name, given[name]);
  return (await ask("/partner/v1/embed/resolve-product?" + query)).product_id;
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
button { font: inherit; min-height: 44px; padding: 0 1.5em; border: 0; color: var(--tryon-on-color, #fff); background: var(--tryon-color, #1f4a3c); border-radius: var(--tryon-radius, 16px) }
dialog { width: 960px; height: 760px; padding: 0; border: 0; border-radius: var(--tryon-radius, 16px); color-scheme: light dark; background: var(--tryon-paper, Canvas) }
dialog::backdrop { background: #0008 }
dialog > button { float: inline-end; color: inherit; background: none }
p { padding: 25vh 0; text-align: center; line-height: 3 }
iframe { position: absolute; inset: 44px 0 0; width: 100%; height: calc(100% - 44px); border: 0 }
@media (max-width: 640px), (max-height: 500px) { dialog { width: 100%; height: 100%; max-width: 100%; max-height: 100%; border-radius: 0 } }`);
const shade = (host, child) => {
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  root.adoptedStyleSheets = [sheet];
  root.append(child);
};

let close = () => {};
const show = (button, product, address, done) => {
  close();
  let timer, now, model;
  const text = words();
  const frame = make("iframe", { title: text[0], hidden: true, allow: navigator.share ? "clipboard-write;web-share" : "clipboard-write" });
  frame.dataset.tryon = "";
  const news = make("p", { role: "status" });
  const dialog = make("dialog", { ariaLabel: text[0], onclose: () => host.isConnected && close() },
    make("button", { ariaLabel: text[1], textContent: "✕", onclick: () => close() }), news, frame);
  const host = make("div");
  const say = (type, detail) => tell(type, { ...detail, product }, button);
  const over = (...children) => {
    timer = clearTimeout(timer);
    news.replaceChildren(...children);
  };
  const load = () => {
    over(make("progress"));
    const mine = now = timer = setTimeout(fail, 15000, {});
    address().then((given) => mine == now && (frame.src = given), (given) => mine == timer && fail(given));
  };
  const fail = (given) => {
    token = null;
    over(text[2], make("br"), make("button", { textContent: text[3], onclick: load }));
    if (host.isConnected) complain(given, say);
  };
  const hear = ({ data, origin, source }) => {
    if (source != frame.contentWindow || origin != settings.origin) return;
    const { tryon, type, ...detail } = data;
    if (type == "ready") {
      over();
      frame.hidden = false;
      source.postMessage({ tryon, type: "hello" }, origin);
    } else if (/close|kept/.test(type)) {
      model = detail.model_id;
      close();
    } else if (say(type, detail) && type == "add-to-cart") close();
  };
  close = () => {
    close = () => {};
    removeEventListener("message", hear);
    dialog.close();
    host.remove();
    page.style.overflow = page.style.scrollbarGutter = "";
    button?.focus();
    say("close");
    done?.(model);
  };

  addEventListener("message", hear);
  shade(host, dialog);
  page.append(host);
  if (innerWidth > page.clientWidth) page.style.scrollbarGutter = "stable";
  page.style.overflow = "hidden";
  dialog.showModal();
  say("open");
  load();
};

// For the page
const quietly = (work) => (...given) => work(...given).catch(complain);
const api = window.Tryon = {
  configure(given) {
    token = null;
    Object.assign(settings, given);
  },
  setProduct(given) {
    chosen = asProduct(given);
  },
  open: quietly(async (given, button) => {
    const product = productOf(given, button);
    show(button, product, async () => {
      const [product_id] = await Promise.all([findProduct(product), token = token ?? newToken()]);
      return (await asShopper("/partner/v1/embed/launches", { product_id, return_url: location.href, locale: locale() })).launch_url;
    });
  }),
  close: () => close(),
  openModelStudio: () => new Promise((done) => show(null, null, async () => {
    const access_token = await (token = newToken());
    return settings.origin + "/embed/model-studio?" + new URLSearchParams({ access_token, partner_return: location.href, locale: locale() });
  }, done)),
  hasModel: quietly(async () => !!(await asShopper("/user-model/current"))),
  requestTryOn: quietly(async (given) => asShopper(`/tryon/${await findProduct(productOf(given))}?async=true`, {})),
  getJob: quietly((id) => asShopper("/tryon/jobs/" + id)),
  on: (type, done) => document.addEventListener("tryon:" + type, (event) => done(event.detail)),
  onAddToCart: (done) => api.on("add-to-cart", done),
};

customElements.define("tryon-button", class extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const label = make("span", { textContent: this.getAttribute("label") ?? words()[0] });
    shade(this, make("button", {}, label, make("slot", { onslotchange: () => { label.hidden = this.textContent.trim(); } })));
  }
});

const link = make("link", { rel: "preconnect", href: settings.origin, crossOrigin: "" });
for (const type of ["pointerover", "focusin", "click"]) document.addEventListener(type, (event) => {
  const button = event.target.closest?.("[data-tryon-product], tryon-button");
  if (!button || event.defaultPrevented) return;
  if (type != "click") return link.isConnected || document.head.append(link);
  event.preventDefault();
  api.open(null, button);
});

q?.forEach((call) => call(api));
tell("ready");
})();
