import type { OrderDraft } from '#domain/orders/commands.ts';
import type { DEMO_PEOPLE } from './demo-people.ts';

type DemoUsername = (typeof DEMO_PEOPLE)[number]['username'];

/** An order that is open whenever a development system starts. `slug` names it for good. */
export type DemoOrder = { readonly slug: string; readonly creator: DemoUsername; readonly draft: OrderDraft };

/** Orders without a time are wanted now, whenever that is. Amounts are minor units. */
export const DEMO_ORDERS: readonly DemoOrder[] = [
  {
    slug: 'sunset-graca',
    creator: 'mara',
    draft: {
      title: 'The last light from Graça',
      description: 'Half an hour before sunset, slowly from the castle to the bridge. Please no talking.',
      location: {
        latitude: 38.7193,
        longitude: -9.1324,
        address: 'Miradouro da Senhora do Monte, Largo Monte, 1170-107 Lisboa',
        locality: 'Graça, Lisbon',
      },
      serviceRadius: 6_000,
      baseAmount: 4_500n,
      currency: 'EUR',
      scheduledFor: null,
      requirements: ['Tripod or gimbal'],
      tags: ['sunset', 'viewpoint'],
    },
  },
  {
    slug: 'market-queue',
    creator: 'mara',
    draft: {
      title: 'How long is the queue at the market?',
      description: null,
      location: {
        latitude: 38.7069,
        longitude: -9.1459,
        address: 'Mercado da Ribeira, Av. 24 de Julho, 1200-479 Lisboa',
        locality: 'Cais do Sodré, Lisbon',
      },
      serviceRadius: 3_000,
      baseAmount: 1_200n,
      currency: 'EUR',
      scheduledFor: null,
      requirements: [],
      tags: ['food', 'queue'],
    },
  },
  {
    slug: 'flat-in-campo-de-ourique',
    creator: 'kenji',
    draft: {
      title: 'Walk me from the tram stop to this flat',
      description: 'I would rent it. How steep is the street, how loud, and is there light in the morning?',
      location: {
        latitude: 38.7176,
        longitude: -9.1661,
        address: 'Rua Coelho da Rocha 44, 1350-078 Lisboa',
        locality: 'Campo de Ourique, Lisbon',
      },
      serviceRadius: 8_000,
      baseAmount: 6_000n,
      currency: 'JPY',
      scheduledFor: null,
      requirements: ['Speaks English'],
      tags: ['flat', 'street'],
    },
  },
  {
    slug: 'surf-carcavelos',
    creator: 'tomas',
    draft: {
      title: 'Are there waves at Carcavelos?',
      description: 'Five minutes of the beach break from the wall, and a word on the wind.',
      location: {
        latitude: 38.6789,
        longitude: -9.3365,
        address: 'Praia de Carcavelos, Av. Marginal, 2775-604 Carcavelos',
        locality: 'Carcavelos',
      },
      serviceRadius: 20_000,
      baseAmount: 1_500n,
      currency: 'EUR',
      scheduledFor: null,
      requirements: [],
      tags: ['surf', 'beach'],
    },
  },
];
