import { ApiError, hasReason } from '../../api/errors.ts';
import { backoffMs } from '../../realtime/backoff.ts';

/**
 * `connecting`: for the first time. `connected`: media flows, or there is none yet to flow. `reconnecting`: it was lost, and comes
 * back by itself. `failed`: it will not, and `problem` says why.
 */
export type LinkState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed';

/** What a link brings about. */
export type LinkWork = {
  /**
   * Sets everything up anew, and closes what was there. `answered` is to be called with the room's answer to the join.
   * @returns whether media is to be expected
   */
  join: (answered: () => void) => Promise<boolean>;
  /** Gives the transport that is there other ways to the origin. */
  restartIce: () => Promise<void>;
  /** Has the signalling find out whether the network is back. */
  hurry: () => void;
  onState: (state: LinkState, problem: unknown) => void;
};

/** How often a link that is down looks whether something can be done; less often when that takes long. */
const LOOK_EVERY_MS = 1_000;
const LOOK_SELDOM_EVERY_MS = 2_500;
const SELDOM_AFTER_LOOKS = 30;

/** A restart of ICE that has not helped within this has not helped. */
const RESTART_WITHIN_MS = 3_000;
/** A join that was refused is tried again after at most 8 s: whom it helps watch a black picture meanwhile. */
const LONGEST_BACKOFF_ATTEMPT = 4;
/** From a join to media; DTLS and ICE over TCP included. */
const CONNECT_WITHIN_MS = 8_000;

type Timer = ReturnType<typeof setTimeout>;

/**
 * Keeps one transport connected. When it is lost, ICE is restarted as soon as the signalling works, and when that does not help, the
 * room is joined again; as often as it takes. Refusals that would be the same next time end it.
 */
export class MediaLink {
  readonly #work: LinkWork;
  readonly #now: () => number;
  readonly #random: () => number;
  #state: LinkState = 'idle';
  #isSignallingLive = false;
  #isBusy = false;
  /** A join is on its way to the room. */
  #isAsking = false;
  /** Join once more when the join that runs has ended. */
  #mustJoinAgain = false;
  #wasConnected = false;
  #attempt = 0;
  #looks = 0;
  #restartedAt: number | null = null;
  #timer: Timer | undefined;

  constructor(work: LinkWork, { now, random }: { now: () => number; random: () => number }) {
    this.#work = work;
    this.#now = now;
    this.#random = random;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Whether the room can be asked for something now. */
  get canSignal(): boolean {
    return this.#isSignallingLive;
  }

  /** Joins, now or as soon as the signalling works. From now on it stays connected. */
  start(): void {
    this.#attempt = 0;
    this.#wasConnected = false;
    this.#mustRejoin();
  }

  /** Joins again within this time. Everybody in a room may be asked at once, so each takes a moment by chance. */
  rejoin(withinMs: number): void {
    // What is asked for while a join is on its way is what it brings.
    if (this.#state === 'idle' || this.#isAsking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mustRejoin(), this.#random() * withinMs);
  }

  /** The state of the transport that the last join made. */
  transportIs(state: RTCPeerConnectionState): void {
    if (this.#state === 'idle' || this.#state === 'failed') return;
    switch (state) {
      case 'connected':
        this.#settle();
        return;
      case 'disconnected':
      case 'failed':
        if (this.#state === 'connected') this.#recover();
        return;
      case 'new':
      case 'connecting':
      case 'closed':
        return;
    }
  }

  /** Whether requests can be made. `keptSeat`: the room still knows what was joined. */
  signallingIs(live: boolean, keptSeat: boolean): void {
    this.#isSignallingLive = live;
    if (!live || this.#state === 'idle' || this.#state === 'failed') return;
    if (!keptSeat) {
      this.#attempt = 0;
      this.#mustRejoin();
    } else if (this.#state !== 'connected') {
      // What was tried before went nowhere; now it may help.
      this.#restartedAt = null;
      if (this.#wasConnected) this.#look();
      else this.#mustRejoin();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#set('idle', null);
  }

  #recover(): void {
    this.#set('reconnecting', null);
    this.#restartedAt = null;
    this.#looks = 0;
    this.#look();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'reconnecting' || this.#isBusy) return;
    this.#looks++;
    this.#work.hurry();
    if (this.#isSignallingLive) {
      if (this.#restartedAt === null) void this.#restart();
      else if (this.#now() - this.#restartedAt >= RESTART_WITHIN_MS) {
        this.#mustRejoin();
        return;
      }
    }
    this.#timer = setTimeout(
      () => this.#look(),
      this.#looks > SELDOM_AFTER_LOOKS ? LOOK_SELDOM_EVERY_MS : LOOK_EVERY_MS,
    );
  }

  async #restart(): Promise<void> {
    this.#restartedAt = this.#now();
    try {
      await this.#work.restartIce();
    } catch (error) {
      // The room may have asked to join again meanwhile.
      if (this.#state !== 'reconnecting' || this.#isBusy) return;
      if (isUnreachable(error)) this.#restartedAt = null;
      else this.#mustRejoin();
    }
  }

  #mustRejoin(): void {
    clearTimeout(this.#timer);
    this.#set(this.#wasConnected ? 'reconnecting' : 'connecting', null);
    if (this.#isBusy) {
      this.#mustJoinAgain = true;
      return;
    }
    if (this.#isSignallingLive) void this.#join();
    else this.#waitForSignalling();
  }

  /** Whoever waits has the signalling hurry; that it is live is told. */
  #waitForSignalling(): void {
    this.#looks++;
    this.#work.hurry();
    this.#timer = setTimeout(
      () => this.#mustRejoin(),
      this.#looks > SELDOM_AFTER_LOOKS ? LOOK_SELDOM_EVERY_MS : LOOK_EVERY_MS,
    );
  }

  async #join(): Promise<void> {
    this.#isBusy = true;
    this.#isAsking = true;
    this.#mustJoinAgain = false;
    let failure: unknown = null;
    let expectsMedia = false;
    try {
      expectsMedia = await this.#work.join(() => {
        this.#isAsking = false;
      });
    } catch (error) {
      failure = error;
    }
    this.#isBusy = false;
    this.#isAsking = false;
    if (this.#isIdle()) return;
    if (this.#mustJoinAgain) this.#mustRejoin();
    else if (failure !== null) this.#joinFailed(failure);
    else if (!expectsMedia) this.#settle();
    else if (!this.#isConnected()) this.#tryAgainIn(CONNECT_WITHIN_MS);
  }

  #joinFailed(error: unknown): void {
    if (isFinal(error)) {
      clearTimeout(this.#timer);
      this.#set('failed', error);
    } else if (isUnreachable(error)) this.#mustRejoinSoon();
    else this.#tryAgainIn(backoffMs(Math.min(this.#attempt, LONGEST_BACKOFF_ATTEMPT), this.#random));
  }

  #mustRejoinSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mustRejoin(), LOOK_EVERY_MS);
  }

  #tryAgainIn(milliseconds: number): void {
    this.#attempt++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mustRejoin(), milliseconds);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#looks = 0;
    this.#restartedAt = null;
    this.#wasConnected = true;
    this.#set('connected', null);
  }

  // Awaiting lets others change the state, which the compiler does not see.
  #isIdle(): boolean {
    return this.#state === 'idle';
  }

  #isConnected(): boolean {
    return this.#state === 'connected';
  }

  #set(state: LinkState, problem: unknown): void {
    if (this.#state === state && problem === null) return;
    this.#state = state;
    this.#work.onState(state, problem);
  }
}

/** Whether no answer came, so that the same may be asked again. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'UNREACHABLE';
}

/** Whether the same request would be refused again. What is not a refusal may be an accident of this page. */
function isFinal(error: unknown): boolean {
  if (error instanceof MediaUnsupportedError || hasReason(error, 'live_elsewhere')) return true;
  return error instanceof ApiError && (error.code === 'FORBIDDEN' || error.code === 'VALIDATION_ERROR');
}

/** This browser cannot do what is needed. */
export class MediaUnsupportedError extends Error {
  override readonly name = 'MediaUnsupportedError';
}
