export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

export type MenuButton =
  | { readonly type: 'default' | 'commands' }
  | { readonly type: 'web_app'; readonly text: string; readonly web_app: { readonly url: string } };

/** What the bot says about itself, per language; the empty language is for everybody else. */
export interface BotProfile {
  /** Keyed by scope and language (commandsKey). */
  readonly commands: Map<string, readonly BotCommand[]>;
  readonly descriptions: Map<string, string>;
  readonly shortDescriptions: Map<string, string>;
  /** By private chat; 0 is the default. */
  readonly menuButtons: Map<number, MenuButton>;
  /** Inline mode: @BotFather's /setinline. */
  supportsInlineQueries: boolean;
}

export function emptyProfile(): BotProfile {
  return {
    commands: new Map(),
    descriptions: new Map(),
    shortDescriptions: new Map(),
    menuButtons: new Map(),
    supportsInlineQueries: true,
  };
}
