import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { Role } from '#domain/people/roles.ts';

/** Someone to sign in as on a development system. `home` is where the app may first look on the map for them. */
export type DemoPerson = {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly bio: string;
  readonly home: Coordinates;
};

/** The password of every demo person. Production refuses to start with demo people. */
export const DEMO_PASSWORD = 'demo-password';

/** All of them are about Lisbon, so that they meet on one map. The ids never change: a second seeding finds them again. */
export const DEMO_PEOPLE = [
  {
    id: '019a0000-0000-7000-8000-000000000001',
    username: 'mara',
    email: 'mara@example.com',
    displayName: 'Mara Lindqvist',
    role: 'creator',
    bio: 'Makes documentaries from Malmö, and asks for the places that she cannot be at.',
    home: { latitude: 38.7106, longitude: -9.1425 },
  },
  {
    id: '019a0000-0000-7000-8000-000000000002',
    username: 'kenji',
    email: 'kenji@example.com',
    displayName: 'Kenji Mori',
    role: 'creator',
    bio: 'Plans a year in Lisbon from a kitchen table in Osaka.',
    home: { latitude: 38.7166, longitude: -9.1421 },
  },
  {
    id: '019a0000-0000-7000-8000-000000000003',
    username: 'joao',
    email: 'joao@example.com',
    displayName: 'João Pereira',
    role: 'provider',
    bio: 'Rides a courier bike with a gimbal on the handlebar. Downtown within ten minutes.',
    home: { latitude: 38.7157, longitude: -9.1417 },
  },
  {
    id: '019a0000-0000-7000-8000-000000000004',
    username: 'ines',
    email: 'ines@example.com',
    displayName: 'Inês Carvalho',
    role: 'provider',
    bio: 'Photographer in Alfama. Knows which viewpoint has the light at which hour.',
    home: { latitude: 38.7119, longitude: -9.1291 },
  },
  {
    id: '019a0000-0000-7000-8000-000000000005',
    username: 'tomas',
    email: 'tomas@example.com',
    displayName: 'Tomás Almeida',
    role: 'both',
    bio: 'Streams the river from Alcântara, and pays others to stream the surf.',
    home: { latitude: 38.7035, longitude: -9.1786 },
  },
  {
    id: '019a0000-0000-7000-8000-000000000006',
    username: 'ada',
    email: 'ada@example.com',
    displayName: 'Ada Nunes',
    role: 'admin',
    bio: 'Settles disputes and verifies providers.',
    home: { latitude: 38.7139, longitude: -9.1394 },
  },
] as const satisfies readonly DemoPerson[];
