/** How the address of a server is written, for messages. */
export const postgresUrlForm =
  'postgres://USER:PASSWORD@HOST:PORT/NAME, with %40 for @ in a password, %2F for /, %23 for # and so on';

/**
 * Whether an address is one of a server. One whose password was written as it is, with an @, / or # in it, is not: it would be
 * taken apart elsewhere, and its parts shown as host or database.
 */
export function isPostgresUrl(text: string): boolean {
  const rest = /^postgres(?:ql)?:\/\/(?<rest>.*)$/su.exec(text)?.groups?.rest;
  if (rest === undefined || !URL.canParse(text)) return false;
  const authority = rest.split(/[/?#]/u, 1)[0] ?? '';
  const isWhole =
    authority.split('@').length <= 2 && !rest.slice(authority.length).includes('@') && !text.includes('#');
  return isWhole && isDecodable(text);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
