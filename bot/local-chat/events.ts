import type { Fault } from './faults.js';
import type { ChatMessage } from './world.js';

/** One call of a method, as it was answered. */
export interface ApiCall {
  /** As the bot wrote it. */
  readonly method: string;
  /** As sent: JSON values of a JSON body, text of a form. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What the method gave, or what stood in its place; a cut kept it from the bot. */
  readonly response: ApiResponse;
  readonly receivedAt: Date;
  /** When it was answered. */
  readonly at: Date;
  /** What went wrong with it on purpose. */
  readonly fault?: Fault;
}

export type ApiResponse =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error_code: number;
      readonly description: string;
      readonly parameters?: Readonly<Record<string, number>>;
    };

export interface CallbackAnswer {
  readonly callbackQueryId: string;
  readonly text: string | undefined;
  readonly showAlert: boolean;
  readonly url: string | undefined;
}

export interface LocalChatEvents {
  /** The bot sent a message. */
  message: ChatMessage;
  /** Somebody else did. */
  spoken: ChatMessage;
  /** The bot changed one of its messages. */
  edit: ChatMessage;
  /** The bot deleted a message, its own or another's. */
  delete: ChatMessage;
  callbackAnswer: CallbackAnswer;
  chatAction: { readonly chatId: number; readonly threadId: number | undefined; readonly action: string };
  call: ApiCall;
}

type Listener<T> = (event: T) => void;

/** Tells listeners what happened, in the order in which they joined. A listener that throws breaks the caller. */
export class EventHub {
  private readonly listeners = new Map<keyof LocalChatEvents, Set<Listener<never>>>();

  /** Gives back the function that stops listening. */
  on<Name extends keyof LocalChatEvents>(name: Name, listener: Listener<LocalChatEvents[Name]>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof LocalChatEvents>(name: Name, event: LocalChatEvents[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) (listener as Listener<LocalChatEvents[Name]>)(event);
  }
}
