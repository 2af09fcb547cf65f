import type { ComponentChildren } from 'preact';
import { OutsideLink } from './parts/outside-link.js';
import { remembered } from './remembered.js';
import { faultText, locales } from './session.js';
import { telegram } from './telegram.js';

/** In place of the app: opened outside of Telegram, or for too long. */
export function Closed({ why }: { why: 'outside' | 'over' }) {
  const { closed } = locales[remembered.language()];
  const bot = remembered.bot();
  return (
    <Alone
      title={why === 'over' ? closed.overTitle : closed.title}
      text={why === 'over' ? closed.overText : closed.text}
    >
      {bot && (
        <OutsideLink class="button primary" href={`https://t.me/${bot}`}>
          {closed.open(bot)}
        </OutsideLink>
      )}
      {why === 'over' && (
        <button type="button" class="button" onClick={() => telegram.close()}>
          {closed.closeWindow}
        </button>
      )}
    </Alone>
  );
}

/** The first call to the server failed. */
export function Unreached({ error, retry }: { error: unknown; retry(): void }) {
  const texts = locales[remembered.language()];
  return (
    <Alone title={texts.brand} text={faultText(error, texts)}>
      <button type="button" class="button primary" onClick={retry}>
        {texts.retry}
      </button>
    </Alone>
  );
}

function Alone({ title, text, children }: { title: string; text: string; children: ComponentChildren }) {
  return (
    <main class="alone">
      <h1 class="view-title">{title}</h1>
      <p>{text}</p>
      <div class="actions">{children}</div>
    </main>
  );
}
