import type { MediaBackendName } from '#domain/live/show.ts';
import type { BackendContext, MediaBackend } from './media-backend.ts';
import { NoMedia } from './no-media.ts';
import { SfuOrigin } from './sfu-origin/sfu-origin.ts';

/**
 * The backend of this name, for one room. Which there are is known here, in the contract's signalling, and where media origins
 * report to the room.
 */
export function mediaBackend(name: MediaBackendName, context: BackendContext): MediaBackend {
  switch (name) {
    case 'none':
      return new NoMedia();
    case 'sfu-origin':
      return new SfuOrigin(context);
  }
}
