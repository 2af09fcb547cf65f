import { createContext } from 'preact';
import { useContext, useEffect, useMemo } from 'preact/hooks';
import { miniAppEn } from '../../locale/mini-app-en.js';
import type { MiniAppLocale } from '../../locale/mini-app-shape.js';
import { miniAppZh } from '../../locale/mini-app-zh.js';
import type { CategoryEntry, Me, PageLanguage } from '../../mini-app/protocol.js';
import { type Api, ApiError } from './api.js';
import { type Calendar, createCalendar } from './dates.js';
import { Store, useStore } from './store.js';
import { Switches } from './switches.js';

export const locales: Readonly<Record<PageLanguage, MiniAppLocale>> = { zh: miniAppZh, en: miniAppEn };

/** One line at the foot of the page, for a while. */
export interface Notice {
  readonly text: string;
  readonly isFault?: boolean;
  readonly action?: { readonly label: string; run(): void };
}

/** What all views know of, and change. */
export interface Session {
  readonly api: Api;
  readonly me: Store<Me>;
  readonly notice: Store<Notice | undefined>;
  /** What is read out by screen readers: that something has come. */
  readonly announcement: Store<string>;
  /** Counts up whenever something was saved or unsaved: lists of what is saved are read again. */
  readonly savedVersion: Store<number>;
  /** Counts up whenever names and texts come in other characters. */
  readonly textVersion: Store<number>;
  readonly hasBackButton: boolean;
  sources(): Promise<readonly CategoryEntry[]>;
  follow(source: { readonly id: number; readonly name: string }, isOn: boolean): void;
  save(articleId: number, isOn: boolean, show: (isOn: boolean) => void): void;
  /** Names and texts that were read before are read again. */
  forgetTexts(): void;
}

export function createSession(api: Api, firstMe: Me, hasBackButton: boolean): Session {
  const me = new Store(firstMe);
  const notice = new Store<Notice | undefined>(undefined);
  const announcement = new Store('');
  const savedVersion = new Store(0);
  const textVersion = new Store(0);
  const texts = () => locales[me.get().language];
  let catalogue: Promise<readonly CategoryEntry[]> | undefined;
  const names = new Map<number, string>();
  const follows = new Switches({
    show: (id, isOn) => {
      const { subscriptions } = me.get();
      const others = subscriptions.filter((each) => each !== id);
      me.set({ ...me.get(), subscriptions: isOn ? [...others, id] : others });
    },
    send: async (id, isOn) => {
      const holds = await api.follow(id, isOn);
      const { followed, unfollowed } = texts().sources;
      notice.set({ text: (isOn ? followed : unfollowed)(names.get(id) ?? '') });
      return holds;
    },
    failed: (error) => {
      const [name = ''] = [...names.values()].slice(-1);
      notice.set({ text: `${texts().sources.notChanged(name)}${faultText(error, texts())}`, isFault: true });
    },
  });
  const shows = new Map<number, (isOn: boolean) => void>();
  const saves = new Switches({
    show: (id, isOn) => shows.get(id)?.(isOn),
    send: async (id, isOn) => {
      const holds = await api.save(id, isOn);
      savedVersion.set(savedVersion.get() + 1);
      return holds;
    },
    failed: (error) => notice.set({ text: `${texts().saved.notChanged}${faultText(error, texts())}`, isFault: true }),
  });
  return {
    api,
    me,
    notice,
    announcement,
    savedVersion,
    textVersion,
    hasBackButton,
    sources() {
      catalogue ??= api.categories().catch((error: unknown) => {
        // The next view that needs it tries again.
        catalogue = undefined;
        throw error;
      });
      return catalogue;
    },
    follow({ id, name }, isOn) {
      names.delete(id);
      names.set(id, name);
      void follows.turn(id, isOn);
    },
    save(articleId, isOn, show) {
      shows.set(articleId, show);
      void saves.turn(articleId, isOn);
    },
    forgetTexts() {
      catalogue = undefined;
      textVersion.set(textVersion.get() + 1);
    },
  };
}

/** What to say about something that went wrong. */
export function faultText(error: unknown, texts: MiniAppLocale): string {
  const fault = error instanceof ApiError ? error.fault : 'failed';
  switch (fault) {
    case 'network':
      return texts.faults.network;
    case 'gone':
      return texts.faults.gone;
    case 'too-many':
      return texts.faults.tooMany;
    case 'bad-time':
      return texts.faults.badTime;
    case 'bad-zone':
      return texts.faults.badZone;
    default:
      return texts.faults.failed;
  }
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** Throws outside of the app. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session around this view');
  return session;
}

export function useTexts(): MiniAppLocale {
  return locales[useStore(useSession().me).language];
}

/** Reads out what is seen already, such as how much was found. */
export function useAnnouncement(text: string): void {
  const { announcement } = useSession();
  useEffect(() => announcement.set(text), [text, announcement]);
}

export function useCalendar(): Calendar {
  const { language, timeZone } = useStore(useSession().me);
  return useMemo(() => createCalendar(language, timeZone), [language, timeZone]);
}
