import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfiguration } from './configuration.ts';

const secret = 's'.repeat(32);

/** The variables that an environment is refused for. */
function wrongIn(env: Record<string, string>): string[] {
  try {
    readConfiguration({ MEDIA_SECRET: secret, ...env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problem.split(':')[0] ?? '');
  }
}

describe('an origin’s configuration', () => {
  it('needs nothing but the secret, and listens on the loopback interface', () => {
    const configuration = readConfiguration({ MEDIA_SECRET: secret });
    expect(configuration.control.host).toBe('127.0.0.1');
    expect(configuration.rtc.ip).toBe('127.0.0.1');
    expect(configuration.pipe.ip).toBe('127.0.0.1');
    expect(wrongIn({ MEDIA_SECRET: '' })).toEqual(['MEDIA_SECRET']);
  });
  it('takes an empty variable as one that is not set', () => {
    expect(readConfiguration({ MEDIA_SECRET: secret, RTC_PORT: '' }).rtc.port).toBe(14_000);
  });
  it.each([
    ['MEDIA_SECRET', { MEDIA_SECRET: 'short' }],
    ['ORIGIN_ID', { ORIGIN_ID: 'Not A Label' }],
    ['EDGE_URL', { EDGE_URL: 'ftp://edge' }],
    ['RTC_PORT', { RTC_PORT: '65535', MEDIA_WORKERS: '2' }],
    ['RTC_ANNOUNCED_ADDRESS', { RTC_LISTEN_IP: '0.0.0.0' }],
    ['PIPE_ANNOUNCED_IP', { PIPE_LISTEN_IP: '::' }],
    ['CONTROL_ADDRESS', { CONTROL_HOST: '0.0.0.0' }],
    ['PIPE_PORT_MAX', { PIPE_PORT_MIN: '200', PIPE_PORT_MAX: '100' }],
    ['PIPE_PORT_MIN', { RTC_PORT: '14000', MEDIA_WORKERS: '4', PIPE_PORT_MIN: '14003' }],
    ['ORIGIN_LATITUDE', { ORIGIN_LATITUDE: '91', ORIGIN_LONGITUDE: '0' }],
    ['ORIGIN_LONGITUDE', { ORIGIN_LATITUDE: '38' }],
    ['MEDIA_WORKERS', { MEDIA_WORKERS: 'many' }],
  ])('names %s when that is what is wrong', (name, env) => {
    expect(wrongIn(env)).toEqual([name]);
  });
});
