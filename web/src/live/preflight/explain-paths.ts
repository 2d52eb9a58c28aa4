import type { TransportParameters } from '#contract/rtp.ts';
import { type Finding, failing, ok, warning } from './finding.ts';
import type { PathResult } from './path-probe.ts';

export type Paths = {
  readonly udp: PathResult;
  readonly tcp: PathResult;
  /** Null: no relay is configured. */
  readonly turn: PathResult | null;
  /** The addresses at which the origin says it is to be reached. */
  readonly addresses: readonly string[];
};

const ELSEWHERE = 'Try another network, such as your phone’s, and switch a VPN off if you use one.';

/** What the ways to the origin mean for video. */
export function explainPaths({ udp, tcp, turn, addresses }: Paths): Record<'udp' | 'tcp' | 'turn', Finding> {
  const anyOther = tcp.reached || turn?.reached === true;
  return {
    udp: udp.reached
      ? ok(`The media server answers over UDP${within(udp)}.`)
      : anyOther
        ? warning(
            'Nothing gets through over UDP. Video takes another way, and stutters when packets are lost.',
            `Your network holds UDP back, as offices and hotels do. ${ELSEWHERE}`,
          )
        : failing('The media server cannot be reached over UDP.', whyNowhere(addresses)),
    tcp: tcp.reached
      ? ok(`The media server answers over TCP${within(tcp)}, should UDP fail.`)
      : udp.reached
        ? warning(
            'The media server cannot be reached over TCP. It is only needed where UDP does not get through.',
            'Nothing, as long as UDP works. Whoever runs the system should open the same ports for TCP.',
          )
        : turn?.reached
          ? warning('The media server cannot be reached over TCP.', ELSEWHERE)
          : failing('The media server cannot be reached over TCP either.', whyNowhere(addresses)),
    turn: explainTurn(turn, udp.reached || tcp.reached),
  };
}

function explainTurn(turn: PathResult | null, direct: boolean): Finding {
  if (turn === null) {
    return direct
      ? ok('No relay is set up here, and you need none.')
      : warning(
          'No relay is set up here, and you would need one.',
          'Whoever runs the system can set one up (TURN_URLS); it lets those through whose network holds all else back.',
        );
  }
  if (turn.reached) return ok(`The relay lets you through${within(turn)}, should all else fail.`);
  return direct
    ? warning(
        'The relay does not let you through. You do not need it now.',
        'Nothing, as long as UDP or TCP works. Whoever runs the system should look at the TURN server.',
      )
    : failing('The relay does not let you through either.', ELSEWHERE);
}

function whyNowhere(addresses: readonly string[]): string {
  const only = addresses.every(isLoopback);
  if (only && addresses.length > 0) {
    return `It is set up at ${addresses.join(', ')}, which only programs on its own machine can reach. Whoever runs the system sets RTC_LISTEN_IP and RTC_ANNOUNCED_ADDRESS; "npm run doctor" tells more.`;
  }
  if (addresses.length > 0 && addresses.every(isPrivate)) {
    return `It is set up at ${addresses.join(', ')}, which only those in the same network can reach. If you are in that network, a firewall is in between; if not, whoever runs the system sets RTC_ANNOUNCED_ADDRESS.`;
  }
  return `A firewall is in between, yours or that of the server. ${ELSEWHERE} If it is the same for everybody, whoever runs the system looks with "npm run doctor".`;
}

/** Where an origin says it is; each once. */
export function addressesOf({ iceCandidates }: Pick<TransportParameters, 'iceCandidates'>): string[] {
  return [...new Set(iceCandidates.map(({ address }) => address))];
}

function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === '::1' || address === 'localhost';
}

/** RFC 1918, 3927, 6598, 4193, 4291. */
function isPrivate(address: string): boolean {
  return (
    isLoopback(address) ||
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      address,
    ) ||
    /^f([cd]|e[89ab])/i.test(address)
  );
}

function within(result: Extract<PathResult, { reached: true }>): string {
  return result.rttMs === null ? '' : ` within ${Math.max(1, Math.round(result.rttMs))} ms`;
}
