import type { MediaBackendName } from '#domain/live/show.ts';
import type { BackendContext, MediaBackend } from './media-backend.ts';
import { NoMedia } from './no-media.ts';
import { SfuOrigin } from './sfu-origin/sfu-origin.ts';

/** The backend of this name, for one room. Only here, and in the contract's signalling, is it known which there are. */
export function mediaBackend(name: MediaBackendName, context: BackendContext): MediaBackend {
  switch (name) {
    case 'none':
      return new NoMedia();
    case 'sfu-origin':
      return new SfuOrigin(context);
  }
}
