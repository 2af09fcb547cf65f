import type { Me, PageLanguage } from '../../mini-app/protocol.js';
import { keep, kept } from '../shared/kept.js';

/** What this browser keeps from one time to the next, for before the server has answered. */
export const remembered = {
  language(): PageLanguage {
    return kept('zhaibao.language') === 'en' ? 'en' : 'zh';
  },
  bot(): string | undefined {
    return kept('zhaibao.bot') || undefined;
  },
  keep({ language, botUsername }: Me): void {
    keep('zhaibao.language', language);
    if (botUsername) keep('zhaibao.bot', botUsername);
  },
};
