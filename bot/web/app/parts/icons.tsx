import type { JSX } from 'preact';

/** Drawn for 24 pixels, in the colour of the text. They stand beside words, so nobody reads them out. */
function Icon({ children }: { children: JSX.Element | JSX.Element[] }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const icons = {
  home: (
    <Icon>
      <path d="M5 4h11v16H6.5A1.5 1.5 0 0 1 5 18.500z" />
      <path d="M16 9h3v9.500A1.5 1.5 0 0 1 17.5 20H7M8 8h5M8 12h5M8 16h3" />
    </Icon>
  ),
  sources: (
    <Icon>
      <path d="M4 6.500h2M4 12h2M4 17.500h2M9.5 6.500H20M9.5 12H20M9.5 17.500H20" />
    </Icon>
  ),
  search: (
    <Icon>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5" />
    </Icon>
  ),
  trend: (
    <Icon>
      <path d="M4 20h16M6.5 16.500v-4M11 16.500V8M15.5 16.500v-6M20 16.500V5" />
    </Icon>
  ),
  saved: (
    <Icon>
      <path d="M6.5 4h11v16.500L12 16.500l-5.5 4z" />
    </Icon>
  ),
  settings: (
    <Icon>
      <path d="M4 7h9M17.5 7H20M4 17h3M11.5 17H20" />
      <circle cx="15.25" cy="7" r="2.25" />
      <circle cx="9.25" cy="17" r="2.25" />
    </Icon>
  ),
  back: (
    <Icon>
      <path d="m14.5 5-7 7 7 7" />
    </Icon>
  ),
  share: (
    <Icon>
      <path d="M12 15V4M8 7.5 12 3.500l4 4M6 11H5v9h14v-9h-1" />
    </Icon>
  ),
  out: (
    <Icon>
      <path d="M13.5 5H19v5.500M19 5l-8.5 8.500M10 6H5v13h13v-5" />
    </Icon>
  ),
  close: (
    <Icon>
      <path d="m6 6 12 12M18 6 6 18" />
    </Icon>
  ),
  bell: (
    <Icon>
      <path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.500h-15zM10 21h4" />
    </Icon>
  ),
} as const;
