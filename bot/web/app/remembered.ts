import type { Me, PageLanguage } from '../../mini-app/protocol.js';

/** What this browser keeps from one time to the next, for before the server has answered. */
export const remembered = {
  language(): PageLanguage {
    return read('zhaibao.language') === 'en' ? 'en' : 'zh';
  },
  bot(): string | undefined {
    return read('zhaibao.bot') || undefined;
  },
  keep({ language, botUsername }: Me): void {
    try {
      localStorage.setItem('zhaibao.language', language);
      if (botUsername) localStorage.setItem('zhaibao.bot', botUsername);
    } catch {
      // A browser that keeps nothing shows everything but these pages.
    }
  },
};

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
