import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { faultText, useTexts } from '../session.js';

/** Grey lines in the place of a list, once waiting can be seen. */
export function Waiting({ lines = 6 }: { lines?: number }) {
  const texts = useTexts();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="waiting">
      <span class="unseen" role="status">
        {isLong ? texts.loading : ''}
      </span>
      {isLong && Array.from({ length: lines }, (_unused, at) => <div class="waiting-line" key={at} />)}
    </div>
  );
}

/** What went wrong, and a way to try it again. */
export function Failed({ error, retry }: { error: unknown; retry(): void }) {
  const texts = useTexts();
  return (
    <div class="empty" role="alert">
      <p>{faultText(error, texts)}</p>
      <button type="button" class="button" onClick={retry}>
        {texts.retry}
      </button>
    </div>
  );
}

/** Why there is nothing, and what to do about it. */
export function Empty({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{text}</p>
      {children}
    </div>
  );
}
