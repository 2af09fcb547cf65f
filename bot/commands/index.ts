import type { BotCommand, ButtonAction } from '../conversation.js';
import { adminButtonActions } from './admin-commands.js';
import { articleButtonActions } from './article.js';
import { categoriesCommand } from './categories.js';
import { digestCommand } from './digest.js';
import { exportCommand } from './export.js';
import { filterCommand } from './filter.js';
import { forgetCommand } from './forget.js';
import { helpCommand } from './help.js';
import { importCommand } from './import.js';
import { languageCommand } from './language.js';
import { latestCommand } from './latest.js';
import { pauseCommand, resumeCommand } from './pause.js';
import { quietCommand } from './quiet.js';
import { saveCommand } from './save.js';
import { savedCommand } from './saved.js';
import { searchCommand } from './search.js';
import { settingsCommand } from './settings.js';
import { startCommand } from './start.js';
import { subscribeCommand } from './subscribe.js';
import { subscriptionsCommand } from './subscriptions.js';
import { timezoneCommand } from './timezone.js';
import { unsubscribeCommand } from './unsubscribe.js';
import { unwatchCommand } from './unwatch.js';
import { watchCommand } from './watch.js';
import { whyCommand } from './why.js';

/** Every command, in the order of the command list. */
export const commands: readonly BotCommand[] = [
  subscribeCommand,
  latestCommand,
  searchCommand,
  watchCommand,
  subscriptionsCommand,
  unsubscribeCommand,
  unwatchCommand,
  filterCommand,
  savedCommand,
  saveCommand,
  categoriesCommand,
  digestCommand,
  quietCommand,
  pauseCommand,
  resumeCommand,
  timezoneCommand,
  settingsCommand,
  whyCommand,
  languageCommand,
  exportCommand,
  importCommand,
  forgetCommand,
  helpCommand,
  startCommand,
];

/** Every button's action, by the first word of its data. */
export const buttonActions: ReadonlyMap<string, ButtonAction> = new Map([
  ...Object.entries(articleButtonActions),
  ...Object.entries(adminButtonActions),
  ...commands.flatMap(({ buttons }) => Object.entries(buttons ?? {})),
]);
