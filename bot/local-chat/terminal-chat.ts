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
  /** Resolves when the bot has answered everything it has received. */
  readonly botIdle: () => Promise<void>;
}

interface NumberedButton {
  readonly message: ChatMessage;
  readonly button: InlineKeyboardButton;
}

/** Numbers of buttons start again here: two digits are quickly typed. */
const highestNumber = 99;
const defaultWidth = 80;

/** Talks with the bot line by line. Resolves at the end of the input, when the last line is answered. */
export async function runTerminalChat(options: TerminalChatOptions): Promise<void> {
  const { api, user, input, output, interactive } = options;
  const lines = createInterface({ input, ...(interactive ? { output, prompt: '> ' } : {}), terminal: interactive });
  const buttons = new Map<number, NumberedButton>();
  let nextNumber = 1;

  const print = (text: string) => {
    // The prompt and what is half typed make way, and come back below.
    if (interactive) output.write('\r\u001b[K');
    output.write(`${text}\n\n`);
    if (interactive) lines.prompt(true);
  };
  const show = (message: ChatMessage) => {
    if (message.chatId !== user.id) return;
    const shown = buttonsOf(message);
    if (nextNumber + shown.length - 1 > highestNumber) nextNumber = 1;
    const firstButton = nextNumber;
    for (const button of shown) {
      buttons.set(nextNumber, { message, button });
      nextNumber += 1;
    }
    print(renderForTerminal(message, { color: interactive, width: widthOf(output), firstButton }));
  };
  const press = async ({ message, button }: NumberedButton) => {
    // A link is not pressed but opened; here it can only be shown.
    if (button.callback_data === undefined) return print(button.url ?? '');
    const answer = await api.pressButton({ message, data: button.callback_data });
    if (answer.text) print(`(${answer.text})`);
  };
  const say = async (line: string) => {
    const button = /^\d{1,2}$/u.test(line) ? buttons.get(Number(line)) : undefined;
    if (button) await press(button);
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
}

function widthOf(output: Writable): number {
  return (output as Writable & { columns?: number }).columns ?? defaultWidth;
}
