import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { InlineKeyboardButton, User } from './bot-api.js';
import type { LocalBotApi } from './server.js';
import { buttonsOf, renderForTerminal } from './terminal-view.js';
import type { ChatMessage } from './world.js';

export interface TerminalChatOptions {
  readonly api: LocalBotApi;
  readonly user: User;
  readonly input: Readable;
  readonly output: Writable;
  /** A person types: a prompt is shown, and colours. */
  readonly interactive: boolean;
  readonly texts: { noSuchButton(number: number): string };
  /** Resolves when the bot has answered everything it has received. */
  readonly botIdle: () => Promise<void>;
}

/** Talks with the bot line by line. Resolves at the end of the input, when the last line is answered. */
export async function runTerminalChat(options: TerminalChatOptions): Promise<void> {
  const { api, user, input, output, interactive } = options;
  const lines = createInterface({ input, ...(interactive ? { output, prompt: '> ' } : {}), terminal: interactive });
  let buttons: { message: ChatMessage; list: readonly InlineKeyboardButton[] } | undefined;

  const print = (text: string) => {
    // The prompt and what is half typed make way, and come back below.
    if (interactive) output.write('\r\u001b[K');
    output.write(`${text}\n\n`);
    if (interactive) lines.prompt(true);
  };
  const show = (message: ChatMessage) => {
    if (message.chatId !== user.id) return;
    // Only the newest message can be pressed: its numbers begin at 1, so those of a list are the list's own.
    buttons = { message, list: buttonsOf(message) };
    const file = message.document ? `[${message.document.file_name ?? 'file'}]\n` : '';
    print(file + renderForTerminal(message, { color: interactive, width: Number.POSITIVE_INFINITY }));
  };
  const press = async (number: number) => {
    const button = buttons?.list[number - 1];
    if (!buttons || !button) return print(`(${options.texts.noSuchButton(number)})`);
    // A link is not pressed but opened; here it can only be shown.
    if (button.callback_data === undefined) return print(button.url ?? '');
    const answer = await api.pressButton({ message: buttons.message, data: button.callback_data });
    if (answer.text) print(`(${answer.text})`);
  };
  const say = async (line: string) => {
    const number = /^\[?(?<number>\d{1,2})\]?$/u.exec(line)?.groups?.number;
    if (number) await press(Number(number));
    else api.sendText({ chat: user, text: line });
    await api.updatesConfirmed();
    await options.botIdle();
  };

  const leave = [api.on('message', show), api.on('edit', show)];
  if (interactive) lines.prompt();
  for await (const line of lines) {
    if (line.trim()) await say(line.trim()).catch((error: Error) => print(`(${error.message})`));
    if (interactive) lines.prompt();
  }
  for (const stop of leave) stop();
  // The shell's prompt gets a line of its own.
  if (interactive) output.write('\n');
}
