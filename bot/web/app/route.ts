export const views = ['home', 'sources', 'source', 'article', 'search', 'trend', 'saved', 'settings'] as const;
export type View = (typeof views)[number];

/** What the address asks for: `#/article/12`, `#/search?q=养老`. */
export interface Route {
  readonly view: View;
  readonly id: number | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** `hash` with or without its `#`. What is not known leads home. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/u, '').split(/\?(.*)/su);
  const [, name = '', id = ''] = path.split('/');
  const params = Object.fromEntries(new URLSearchParams(search));
  const view = views.find((each) => each === name) ?? 'home';
  const number = /^\d+$/u.test(id) ? Number(id) : undefined;
  if ((view === 'article' || view === 'source') && number === undefined) return { view: 'home', id: undefined, params };
  return { view, id: number, params };
}

/** Empty parameters are left out. */
export function hrefOf(view: View, id?: number, params: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams(
    Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
  const path = view === 'home' ? '/' : id === undefined ? `/${view}` : `/${view}/${id}`;
  return `#${path}${search && `?${search}`}`;
}
