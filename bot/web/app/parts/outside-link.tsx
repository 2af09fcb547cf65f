import type { ComponentChildren } from 'preact';
import { telegram } from '../telegram.js';

/** Opens outside of Telegram's window, in the reader's browser. */
export function OutsideLink({
  href,
  class: className,
  children,
}: {
  href: string;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <a
      href={href}
      class={className}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (telegram.openLink(href)) event.preventDefault();
      }}
    >
      {children}
    </a>
  );
}
