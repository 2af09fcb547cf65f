/**
 * The window that Telegram shows us in, by its documented web events (https://core.telegram.org/api/web-events). What no client
 * listens to is lost without harm, so nothing here asks which one it is.
 */
type Listener = (data: unknown) => void;

interface TelegramWindow {
  readonly TelegramWebviewProxy?: { postEvent(type: string, data: string): void };
  Telegram?: { WebView?: { receiveEvent: (type: string, data: unknown) => void } };
  TelegramGameProxy_receiveEvent?: (type: string, data: unknown) => void;
}

const host = window as unknown as TelegramWindow & { readonly external?: { notify?: (message: string) => void } };
const listeners = new Map<string, Set<Listener>>();

export const telegram = {
  /** Tells the client that the page is there, and takes all the room there is. */
  open(): void {
    if (isFramed()) post('iframe_ready', { reload_supported: true });
    post('web_app_ready');
    post('web_app_expand');
    // It may have changed since the page was opened; the answer is `theme_changed`.
    post('web_app_request_theme');
    // A long list is scrolled, not dragged shut.
    post('web_app_setup_swipe_behavior', { allow_vertical_swipe: false });
  },

  /** `#rrggbb` */
  paintFrame(header: string, background: string): void {
    post('web_app_set_header_color', { color: header });
    post('web_app_set_background_color', { color: background });
    post('web_app_set_bottom_bar_color', { color: header });
  },

  showBackButton(isVisible: boolean): void {
    post('web_app_setup_back_button', { is_visible: isVisible });
  },

  /** In the reader's browser. False: no client is there to do it, the link has to do it itself. */
  openLink(url: string): boolean {
    return post('web_app_open_link', { url });
  },

  /** A choice of chats, in which the bot then offers what it finds for the query. */
  switchInlineQuery(query: string): void {
    post('web_app_switch_inline_query', { query, chat_types: ['users', 'groups', 'channels'] });
  },

  /** `path`: below https://t.me. False: as in `openLink`. */
  openTelegramLink(path: string): boolean {
    return post('web_app_open_tg_link', { path_full: path });
  },

  close(): void {
    post('web_app_close');
  },

  on(type: 'back_button_pressed' | 'theme_changed' | 'reload_iframe', listener: Listener): () => void {
    const all = listeners.get(type) ?? new Set();
    listeners.set(type, all.add(listener));
    return () => all.delete(listener);
  },
};

/** Listens to the client, however it speaks. */
export function listenToTelegram(): void {
  addEventListener('message', (event) => {
    if (event.source !== parent || !isFramed()) return;
    if (event.origin !== frameOrigin()) return;
    const { eventType, eventData } = parseEvent(event.data);
    if (eventType) receive(eventType, eventData);
  });
  host.Telegram = { ...host.Telegram, WebView: { ...host.Telegram?.WebView, receiveEvent: receive } };
  host.TelegramGameProxy_receiveEvent = receive;
}

/** The three ways of https://core.telegram.org/api/web-events. False when there is nobody to tell. */
function post(eventType: string, eventData: unknown = {}): boolean {
  if (host.TelegramWebviewProxy) host.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
  else if (host.external && typeof host.external.notify === 'function')
    host.external.notify(JSON.stringify({ eventType, eventData }));
  else if (isFramed()) parent.postMessage(JSON.stringify({ eventType, eventData }), frameOrigin());
  else return false;
  return true;
}

function receive(type: string, data: unknown): void {
  for (const listener of listeners.get(type) ?? []) listener(data);
}

function isFramed(): boolean {
  return parent !== window;
}

/** The local chat shows us in a frame of its own origin; else it is Telegram's web client. */
function frameOrigin(): string {
  try {
    if (parent.location.origin === location.origin) return location.origin;
  } catch {
    // Another origin's window tells nothing about itself.
  }
  return 'https://web.telegram.org';
}

function parseEvent(data: unknown): { eventType?: string; eventData?: unknown } {
  if (typeof data !== 'string') return {};
  try {
    return JSON.parse(data) ?? {};
  } catch {
    // Browser extensions post to pages as well.
    return {};
  }
}
