import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageChat } from '../../local-chat/page/protocol.js';
import { currentTheme } from '../shared/theme.js';
import { useActions } from './actions.js';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { Icon } from './icons.js';
import { useTexts } from './texts.js';

export interface MiniAppProps {
  readonly chat: PageChat;
  /** As a button names it. */
  readonly url: string;
  readonly onClose: () => void;
}

/** The Bot API version whose Mini App events are answered here. */
const webAppVersion = '8.0';

/**
 * The Mini App in a frame, with Telegram's side of the events that it uses: https://docs.telegram-mini-apps.com/platform/events
 */
export function MiniApp({ chat, url, onClose }: MiniAppProps) {
  const t = useTexts();
  const actions = useActions();
  const frame = useRef<HTMLIFrameElement>(null);
  const [address, setAddress] = useState<string>();
  const [hasBack, setHasBack] = useState(false);

  useEffect(() => {
    api.initData(chat.id).then(
      (initData) => setAddress(launchAddress(url, initData)),
      () => actions.tell(t.failed),
    );
  }, [chat.id, url]);
  const post = (eventType: string, eventData?: object) =>
    frame.current?.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), location.origin);
  useEffect(() => {
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow || event.origin !== location.origin) return;
      const { eventType, eventData = {} } = readEvent(event.data);
      switch (eventType) {
        case 'web_app_close':
          return onClose();
        case 'web_app_setup_back_button':
          return setHasBack(eventData.is_visible === true);
        case 'web_app_open_link':
          return actions.openLink(chat, String(eventData.url));
        case 'web_app_open_tg_link':
          onClose();
          return actions.openLink(chat, `https://t.me${String(eventData.path_full)}`);
        case 'web_app_switch_inline_query':
          onClose();
          return actions.share(chat, String(eventData.query));
        case 'web_app_request_theme':
          return void post('theme_changed', { theme_params: {} });
        default:
      }
    };
    addEventListener('message', listen);
    return () => removeEventListener('message', listen);
  }, [chat, onClose]);

  const back = hasBack && (
    <button type="button" class="icon" aria-label={t.back} onClick={() => post('back_button_pressed')}>
      <Icon name="back" />
    </button>
  );
  return (
    <Dialog title={t.appTitle} onClose={onClose} isLarge action={back}>
      {address && <iframe ref={frame} class="mini-app" src={address} title={t.appTitle} />}
    </Dialog>
  );
}

/** As Telegram hands over what a Mini App is told at its start: behind the `#`. The address is one of this server. */
function launchAddress(url: string, initData: string): string {
  const { pathname, search } = new URL(url, location.href);
  const launch = new URLSearchParams({
    tgWebAppData: initData,
    tgWebAppVersion: webAppVersion,
    tgWebAppPlatform: 'web',
    tgWebAppThemeParams: JSON.stringify(themeParams()),
  });
  return `${pathname}${search}#${launch}`;
}

function themeParams(): Readonly<Record<string, string>> {
  return currentTheme() === 'dark' ? { bg_color: '#17212b' } : { bg_color: '#ffffff' };
}

function readEvent(data: unknown): { eventType?: string; eventData?: Readonly<Record<string, unknown>> } {
  try {
    return JSON.parse(String(data)) as { eventType?: string };
  } catch {
    return {};
  }
}
