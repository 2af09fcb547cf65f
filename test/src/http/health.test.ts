import { describe, expect, it } from 'vitest';
import { healthRoutes, type ReadinessCheck } from '../../../src/http/health.js';

async function get(path: string, checks: readonly ReadinessCheck[]) {
  const response = await healthRoutes(checks).request(path);
  return { status: response.status, text: await response.text() };
}

const fine: ReadinessCheck = { name: 'fine', findFailure: () => undefined };

describe('GET /readyz', () => {
  it('is 200 when every check is in order', async () => {
    expect(await get('/readyz', [fine, { name: 'slow', findFailure: async () => undefined }])).toEqual({
      status: 200,
      text: 'ready\n',
    });
  });

  it('is 503 with a line for each that is not, a throwing and a hanging one too', async () => {
    const checks: readonly ReadinessCheck[] = [
      { name: 'told', findFailure: () => 'is out of order' },
      fine,
      {
        name: 'thrown',
        findFailure: () => {
          throw new Error('broke\nat line 3');
        },
      },
      { name: 'rejected', findFailure: () => Promise.reject(new Error('broke')) },
      { name: 'hanging', findFailure: () => new Promise(() => {}) },
    ];
    expect(await get('/readyz', checks)).toEqual({
      status: 503,
      text: 'told: is out of order\nthrown: broke\nrejected: broke\nhanging: no answer\n',
    });
  });
});

it('GET /healthz asks no check', async () => {
  expect(await get('/healthz', [{ name: 'told', findFailure: () => 'no' }])).toEqual({ status: 200, text: 'ok\n' });
});
