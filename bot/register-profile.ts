import { createHash } from 'node:crypto';
import { type Language, languages } from '../src/domain/language.js';
import type { BotStateStore } from '../src/ports.js';
import { type Locale, locales } from './locale/index.js';
import { commandList } from './register-commands.js';
import type { TelegramApi } from './telegram-api.js';

export interface ProfileOptions {
  readonly api: Pick<TelegramApi, 'call'>;
  readonly apiRoot: string;
  readonly botId: number;
  readonly state: BotStateStore;
  /** For users whose own language has no texts. */
  readonly defaultLanguage: Language;
  /** What the menu button opens; undefined: the commands. */
  readonly miniAppUrl?: string | undefined;
}

interface ProfileCall {
  readonly method: string;
  readonly payload: object;
}

/** Who is offered what: in groups only administrators change settings. Channels show no commands. */
const scopes = [
  { type: 'all_private_chats', changesSettings: true },
  { type: 'all_chat_administrators', changesSettings: true },
  { type: 'all_group_chats', changesSettings: false },
] as const;

/**
 * Tells Telegram the commands, the descriptions and the menu button when they have changed since it was last told. Throws
 * what the calls throw; then all of it is told again the next time.
 */
export async function registerProfile(options: ProfileOptions): Promise<void> {
  const { api, apiRoot, botId, state } = options;
  const calls = profileCalls(options);
  // Another server knows nothing of what this one was told.
  const hash = createHash('sha256')
    .update(JSON.stringify([apiRoot, calls]))
    .digest('base64url');
  const key = `registered:${botId}`;
  if ((await state.find(key)) === hash) return;
  for (const { method, payload } of calls) await api.call(method, payload);
  await state.save(key, hash);
}

function profileCalls({ defaultLanguage, miniAppUrl }: ProfileOptions): readonly ProfileCall[] {
  const audiences = [
    { language: defaultLanguage, code: {} },
    ...languages.map((language) => ({ language, code: { language_code: language } })),
  ];
  return [
    ...scopes.flatMap(({ type, changesSettings }) =>
      audiences.map(({ language, code }) => ({
        method: 'setMyCommands',
        payload: { commands: commandList(locales[language], changesSettings), scope: { type }, ...code },
      })),
    ),
    ...audiences.flatMap(({ language, code }) => [
      { method: 'setMyDescription', payload: { description: locales[language].description, ...code } },
      { method: 'setMyShortDescription', payload: { short_description: locales[language].shortDescription, ...code } },
    ]),
    { method: 'setChatMenuButton', payload: { menu_button: menuButton(miniAppUrl, locales[defaultLanguage]) } },
  ];
}

/** One for all: Telegram keeps it for no language. */
function menuButton(miniAppUrl: string | undefined, { buttons }: Locale) {
  if (miniAppUrl === undefined) return { type: 'commands' };
  return { type: 'web_app', text: buttons.miniApp, web_app: { url: miniAppUrl } };
}
