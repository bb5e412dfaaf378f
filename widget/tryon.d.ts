/** Types of the try-on embed, `/widget/v1/tryon.js`. */

export interface TryonProduct {
  /** The shop's own id of it (SKU). */
  id: string;
  title?: string;
  /** An address of its picture; relative ones are of the page. */
  image?: string;
  /** Its page in the shop. */
  url?: string;
}

export interface TryonSettings {
  /** Where the system is, as `https://tryon.example`. Else: where the script came from. */
  origin?: string;
  publishableKey?: string;
  /** The shop's own route, asked by GET, that answers `{access_token}` for who is signed in. Else: a guest. */
  sessionUrl?: string;
  /** Language of the words and of the fitting room. Else: the page's `lang`, then the browser's. */
  locale?: string;
}

/** As `GET /tryon/jobs/{job_id}` answers. */
export interface TryonJob {
  job_id: string;
  status: "queued" | "processing" | "completed" | "failed";
  progress?: number;
  stage?: string;
  image_url?: string;
  image_urls?: string[];
  error?: { code: string; message: string; retryable: boolean };
  [field: string]: unknown;
}

/** `product` is missing where the model studio is open, or nothing is. */
export interface TryonDetail {
  product?: TryonProduct;
}

export interface TryonDetails {
  /** The script is there. */
  ready: TryonDetail;
  /** The dialog opens. */
  open: TryonDetail;
  /** The shopper sends a photo. */
  photo: TryonDetail;
  /** The picture is being made. */
  started: TryonDetail;
  completed: TryonDetail & { image_url?: string; job_id?: string };
  /** The dialog has closed. */
  close: TryonDetail;
  /** `unreachable`, a code of the API, or why a try-on ended without a picture. */
  error: TryonDetail & { code: string };
  /** The shopper wants it. The dialog closes, unless the event's default is prevented. */
  "add-to-cart": TryonDetail;
}

export type TryonEventType = keyof TryonDetails;

export interface TryonApi {
  /** Change settings, say when the shopper signs in: a token that was had is forgotten. */
  configure(changes: TryonSettings): void;
  /** What `open()` and buttons without a product are about from now on. */
  setProduct(product: TryonProduct | string): void;
  /** Open the fitting room; without a product, with the one of `setProduct`, else of the page. */
  open(product?: TryonProduct | string | null, button?: HTMLElement): Promise<void>;
  close(): void;
  /** Whether the shopper has given a photo. Undefined where that can't be learnt. */
  hasModel(): Promise<boolean | undefined>;
  /** The id of the photo that the shopper keeps, undefined if they close the studio without. */
  openModelStudio(): Promise<string | undefined>;
  /** A try-on without the dialog; needs a model. Undefined if it was refused. */
  requestTryOn(product?: TryonProduct | string): Promise<TryonJob | undefined>;
  getJob(id: string): Promise<TryonJob | undefined>;
  on<Type extends TryonEventType>(type: Type, handler: (detail: TryonDetails[Type]) => void): void;
  onAddToCart(handler: (detail: TryonDetails["add-to-cart"]) => void): void;
}

declare global {
  interface Window {
    Tryon: TryonApi;
  }
  const Tryon: TryonApi;
  interface HTMLElementTagNameMap {
    "tryon-button": HTMLElement;
  }
  interface DocumentEventMap {
    "tryon:ready": CustomEvent<TryonDetails["ready"]>;
    "tryon:open": CustomEvent<TryonDetails["open"]>;
    "tryon:photo": CustomEvent<TryonDetails["photo"]>;
    "tryon:started": CustomEvent<TryonDetails["started"]>;
    "tryon:completed": CustomEvent<TryonDetails["completed"]>;
    "tryon:close": CustomEvent<TryonDetails["close"]>;
    "tryon:error": CustomEvent<TryonDetails["error"]>;
    "tryon:add-to-cart": CustomEvent<TryonDetails["add-to-cart"]>;
  }
}
