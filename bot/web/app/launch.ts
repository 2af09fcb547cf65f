import { ApiError } from './api.js';
import type { ThemeParams } from './colours.js';
import { hrefOf, type Route, type View, views } from './route.js';

/** How the page was opened. */
export interface Launch {
  readonly initData: string;
  /** `local`: by the local chat, which gives it anew when it is asked. */
  readonly from: 'telegram' | 'local';
  readonly themeParams: ThemeParams | undefined;
  readonly startParam: string | undefined;
  /** The window around the page has a back button of its own. */
  readonly hasBackButton: boolean;
}

const storageKey = 'zhaibao.launch';

/**
 * What Telegram puts behind the `#` when it opens the page (https://core.telegram.org/api/bots/webapps): read once, and kept for
 * as long as the window is open, since the address is ours from then on.
 */
export function readLaunch(hash: string, storage: Storage | undefined): Launch | undefined {
  const given = parseLaunch(hash);
  if (given) {
    storage?.setItem(storageKey, JSON.stringify(given));
    return given;
  }
  const kept = storage?.getItem(storageKey);
  return kept ? (JSON.parse(kept) as Launch) : undefined;
}

function parseLaunch(hash: string): Launch | undefined {
  const params = new URLSearchParams(hash.replace(/^#/u, ''));
  const initData = params.get('tgWebAppData');
  if (!initData) return;
  return {
    initData,
    from: 'telegram',
    themeParams: parseThemeParams(params.get('tgWebAppThemeParams')),
    startParam: params.get('tgWebAppStartParam') ?? new URLSearchParams(initData).get('start_param') ?? undefined,
    hasBackButton: Boolean(params.get('tgWebAppPlatform')),
  };
}

function parseThemeParams(json: string | null): ThemeParams | undefined {
  try {
    return json ? (JSON.parse(json) as ThemeParams) : undefined;
  } catch {
    // Colours that nobody can read are no reason not to open.
    return undefined;
  }
}

/** The local chat's launch data; undefined where there is no local chat. Throws ApiError when the server cannot be reached. */
export async function askLocalChat(): Promise<Launch | undefined> {
  const response = await fetch('../local/init-data').catch((error: unknown) => {
    throw new ApiError('network', { cause: error });
  });
  if (!response.ok) return;
  const { initData } = (await response.json()) as { initData: string };
  return { initData, from: 'local', themeParams: undefined, startParam: undefined, hasBackButton: false };
}

/** The view that a link asks for: `?p=article&id=12`, `?p=search&q=养老`, or the start parameter `art_12`. */
export function firstHref(search: string, startParam: string | undefined): string {
  const { p, id, ...params } = Object.fromEntries(new URLSearchParams(search));
  const article = /^art_(\d+)$/u.exec(startParam ?? '')?.[1];
  if (!p && article) return hrefOf('article', Number(article));
  const view: View = views.find((each) => each === p) ?? 'home';
  if (view !== 'article' && view !== 'source') return hrefOf(view, undefined, pickParams(params));
  return /^\d+$/u.test(id ?? '') ? hrefOf(view, Number(id)) : hrefOf('home');
}

/** Those that are ours; Telegram adds some of its own. */
function pickParams({ q, order, words, span }: Route['params']) {
  return { q, order, words, span };
}
