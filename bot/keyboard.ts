/**
 * A button under a message: data for us (at most 64 bytes, so ids and never names), a link, the Mini App, or a chat to be
 * chosen in which the bot is asked something inline. Telegram takes the Mini App in private chats only, and the last kind not
 * in channels.
 */
export type Button =
  | { readonly text: string; readonly data: string }
  | { readonly text: string; readonly url: string }
  /** Its address. */
  | { readonly text: string; readonly webApp: string }
  | { readonly text: string; readonly inlineQuery: string };

export type Keyboard = readonly (readonly Button[])[];

/** Buttons in rows of `perRow`. */
export function inRows(buttons: readonly Button[], perRow: number): Keyboard {
  const rows: Button[][] = [];
  for (const button of buttons) {
    const last = rows.at(-1);
    if (last && last.length < perRow) last.push(button);
    else rows.push([button]);
  }
  return rows;
}

/** As the Bot API takes it; undefined when there is no button. */
export function toReplyMarkup(keyboard: Keyboard | undefined) {
  const rows = keyboard?.filter((row) => row.length > 0) ?? [];
  if (rows.length === 0) return undefined;
  return {
    inline_keyboard: rows.map((row) => row.map(toApiButton)),
  };
}

function toApiButton(button: Button) {
  if ('url' in button) return { text: button.text, url: button.url };
  if ('webApp' in button) return { text: button.text, web_app: { url: button.webApp } };
  if ('inlineQuery' in button) return { text: button.text, switch_inline_query: button.inlineQuery };
  return { text: button.text, callback_data: button.data };
}
