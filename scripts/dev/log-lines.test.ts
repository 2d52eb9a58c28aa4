import { describe, expect, it } from 'vitest';
import { readLogLine } from './log-lines.ts';

describe('a line of output', () => {
  it('that is structured says what happened, then its facts, without those that are null', () => {
    const line = JSON.stringify({
      level: 'info',
      event: 'request',
      method: 'GET',
      status: 200,
      userId: null,
    });
    expect(readLogLine(line)).toEqual({ level: 'info', text: 'request  method=GET  status=200' });
  });

  it('that went to console.error is recognised within what wrangler makes of it', () => {
    const line =
      '\u001b[31m✘ [ERROR]\u001b[0m {"level":"error","event":"failed","error":{"name":"TypeError"}}';
    expect(readLogLine(line)).toEqual({ level: 'error', text: 'failed  error={"name":"TypeError"}' });
  });

  it('quotes facts with spaces, and gives a stack lines of its own', () => {
    const line = JSON.stringify({ level: 'warn', message: 'slow', at: 'the quay', stack: ['at a', 'at b'] });
    expect(readLogLine(line)?.text).toBe('slow  at="the quay"\n    at a\n    at b');
  });

  it('that is plain stays as it is, with the level of its mark', () => {
    expect(readLogLine('▲ [WARNING] old date')).toEqual({ level: 'warn', text: 'old date' });
    expect(readLogLine('  ready {not json')).toEqual({ level: 'info', text: '  ready {not json' });
    expect(readLogLine('{"half":')).toEqual({ level: 'info', text: '{"half":' });
  });

  it('is left out when empty, or when the Worker says the same better', () => {
    expect(readLogLine(' \u001b[0m ')).toBeNull();
    expect(readLogLine('[wrangler:info] GET /api/v1/config 200 OK (3ms)')).toBeNull();
  });
});
