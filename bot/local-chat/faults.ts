import type { ApiError } from './api-error.js';

/** What goes wrong with one call. */
export type Fault =
  /** Answered in place of the method, which does not run. */
  | {
      readonly kind: 'error';
      readonly code: number;
      readonly description: string;
      readonly parameters?: ApiError['parameters'];
    }
  /** The connection is cut without an answer, before the method runs or when it is done. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** Nothing happens for a while, before the method runs or when it is done; also when the caller does not wait for it. */
  | { readonly kind: 'stall'; readonly when: 'before' | 'after'; readonly ms: number }
  /** A proxy answers 502 with a page for people; the method does not run. */
  | { readonly kind: 'html' }
  /** This call takes so long in place of the server's `latencyMs`. */
  | { readonly kind: 'latency'; readonly ms: number };

export const badGatewayPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** What an error, a cut or a page puts in the place of the method's answer; undefined when the method runs. */
export function insteadOfMethod(fault: Fault | undefined): Omit<Extract<Fault, { kind: 'error' }>, 'kind'> | undefined {
  if (fault?.kind === 'error') return fault;
  if (fault?.kind === 'html') return { code: 502, description: 'Bad Gateway' };
  if (fault?.kind === 'cut' && fault.when === 'before') return { code: 502, description: 'cut before the method ran' };
  return undefined;
}
