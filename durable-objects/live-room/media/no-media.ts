import type { Rejection } from '#domain/errors.ts';
import { err } from '#domain/result.ts';
import type { MediaBackend } from './media-backend.ts';

const NO_MEDIA: Rejection = {
  code: 'CONFLICT',
  message: 'This show has no video: nothing carries it here.',
  details: { reason: 'no_media_backend' },
};

/** Carries nothing: for machines without a media worker. Everything else of a room works. */
export class NoMedia implements MediaBackend {
  readonly name = 'none';

  async join() {
    return err(NO_MEDIA);
  }
  joined(): void {}
  returned(): void {}
  async connect() {
    return err(NO_MEDIA);
  }
  async publish() {
    return err(NO_MEDIA);
  }
  async setPaused() {
    return err(NO_MEDIA);
  }
  async closeTrack() {
    return err(NO_MEDIA);
  }
  async setWishes() {
    return err(NO_MEDIA);
  }
  async restartIce() {
    return err(NO_MEDIA);
  }
  leave(): void {}
  async close(): Promise<void> {}
  tracks() {
    return [];
  }
  async refresh(): Promise<void> {}
  async attend(): Promise<void> {}
}
