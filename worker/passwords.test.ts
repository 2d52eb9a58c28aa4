import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

describe('a password', () => {
  it('is known again by its hash, and no other is', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await verifyPassword('correct horse', hash)).toEqual({ correct: true, outdated: false });
    expect(await verifyPassword('correct horse ', hash)).toEqual({ correct: false, outdated: false });
  });

  it('has another hash every time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('is nobody’s when there is no hash', async () => {
    expect((await verifyPassword('', null)).correct).toBe(false);
  });

  it('is hashed as RFC 7914 says, and a cheaper hash is told to be outdated', async () => {
    // RFC 7914, section 12: P = "pleaseletmein", S = "SodiumChloride", N = 16384, r = 8, p = 1; the first 32 bytes.
    const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const salt = Buffer.from('SodiumChloride');
    const phc = `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(key)}`;
    expect(await verifyPassword('pleaseletmein', phc)).toEqual({ correct: true, outdated: true });
  });

  it('is never compared to something that is no hash', async () => {
    await expect(verifyPassword('x', '')).rejects.toThrow(TypeError);
    await expect(verifyPassword('x', '$scrypt$ln=14,r=8,p=5$$')).rejects.toThrow(TypeError);
  });
});

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
