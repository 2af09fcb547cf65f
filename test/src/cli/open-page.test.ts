import { expect, it } from 'vitest';
import { canOpenPage, type Surroundings } from '../../../src/cli/open-page.js';

const atDesk: Surroundings = { env: {}, platform: 'darwin', isTerminal: true };

it.each([
  ['at a desk', atDesk, true],
  ['on Windows', { ...atDesk, platform: 'win32' }, true],
  ['on Linux with a screen', { ...atDesk, platform: 'linux', env: { DISPLAY: ':0' } }, true],
  ['on Linux with Wayland', { ...atDesk, platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } }, true],
  ['on a Linux server', { ...atDesk, platform: 'linux' }, false],
  ['from afar', { ...atDesk, env: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }, false],
  ['in CI', { ...atDesk, env: { CI: 'true' } }, false],
  ['where it is not wanted', { ...atDesk, env: { BROWSER: 'none' } }, false],
  ['as a service', { ...atDesk, isTerminal: false }, false],
] as const)('a page is opened %s: %o', (_name, surroundings, opens) => expect(canOpenPage(surroundings)).toBe(opens));
