import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useVisitHere } from '../loaded.js';
import { useSession, useTexts } from '../session.js';
import { goBack, leftAt } from '../visits.js';
import { icons } from './icons.js';

/**
 * The heading of a view. It takes the focus when the view is gone to, so that what was pressed before does not keep it, and
 * gives it back to the link that led away when its reader comes back. Drawn when what the view shows is there.
 */
export function ViewTitle({
  children,
  text,
  isUnseen,
}: {
  children?: ComponentChildren;
  text: string;
  isUnseen?: boolean;
}) {
  const visit = useVisitHere();
  const { brand } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const left = visit.isReturn ? leftAt(visit) : undefined;
    scrollTo(0, left?.scrollY ?? 0);
    if (visit.place === 0 && !visit.isReturn) return;
    const link = left?.focused && document.querySelector<HTMLElement>(`main a[href="${CSS.escape(left.focused)}"]`);
    (link || heading.current)?.focus({ preventScroll: true });
  }, [visit]);
  useEffect(() => {
    document.title = text === brand ? brand : `${text} · ${brand}`;
  }, [text, brand]);
  return (
    <h1 class={isUnseen ? 'unseen' : 'view-title'} tabIndex={-1} ref={heading}>
      {children ?? text}
    </h1>
  );
}

/** Where no window around the page has such a button. */
export function BackLink() {
  const texts = useTexts();
  if (useSession().hasBackButton) return null;
  return (
    <button type="button" class="quiet back" onClick={goBack}>
      {icons.back}
      {texts.back}
    </button>
  );
}
