import { useEffect } from 'preact/hooks';
import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { icons } from './icons.js';

const shownMs = 5_000;
/** There is something to press: time to get there. */
const shownWithActionMs = 12_000;

/** Said, not shown. It is always there: what is new in it is read out, what is new with it may not be. */
export function Announcer() {
  return (
    <p class="unseen" role="status">
      {useStore(useSession().announcement)}
    </p>
  );
}

/** One line at the foot of the page, read out as well. */
export function NoticeLine() {
  const { notice } = useSession();
  const texts = useTexts();
  const shown = useStore(notice);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => notice.set(undefined), shown.action ? shownWithActionMs : shownMs);
    return () => clearTimeout(timer);
  }, [shown, notice]);
  return (
    <div class="notice-place" role="status">
      {shown && (
        <div class={shown.isFault ? 'notice fault' : 'notice'}>
          <span>{shown.text}</span>
          {shown.action && (
            <button
              type="button"
              onClick={() => {
                notice.set(undefined);
                shown.action?.run();
              }}
            >
              {shown.action.label}
            </button>
          )}
          <button type="button" aria-label={texts.dismiss} onClick={() => notice.set(undefined)}>
            {icons.close}
          </button>
        </div>
      )}
    </div>
  );
}
