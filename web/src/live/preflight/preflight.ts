import type { PreflightAnswer } from '#contract/preflight.ts';
import { api } from '../../api/api.ts';
import { messageOf } from '../../api/errors.ts';
import { capture, explainCapture } from '../media/capture.ts';
import { loadDevice, receivable } from '../media/media-device.ts';
import { explainBrowser } from './explain-browser.ts';
import { addressesOf, explainPaths } from './explain-paths.ts';
import { explainPicture } from './explain-picture.ts';
import { type Check, type Finding, failing, ok, warning } from './finding.ts';
import { loopBack } from './loopback.ts';
import { probePath } from './path-probe.ts';
import { loudness, testPicture } from './test-media.ts';

type Tell = {
  /** A check begins. */
  begin: (check: Check) => void;
  found: (check: Check, finding: Finding) => void;
  /** What came back from the origin, to be shown. */
  picture: (track: MediaStreamTrack | null) => void;
};

/** Below this a microphone hears nothing: even quiet rooms are louder. */
const SILENCE = 0.0005;

/** Tries all that video needs, in the order in which it is needed. */
export async function runPreflight({ begin, found, picture }: Tell): Promise<void> {
  begin('browser');
  const device = await loadDevice().catch(() => null);
  const browser = explainBrowser({
    isSecure: window.isSecureContext,
    hasWebRtc: typeof RTCPeerConnection === 'function',
    codecs: device?.sendRtpCapabilities.codecs?.map(({ mimeType }) => mimeType) ?? null,
  });
  found('browser', browser);
  if (!device) return;

  begin('camera');
  begin('microphone');
  const { camera, microphone, cameraProblem, microphoneProblem } = await capture({}, undefined);
  const { width, height } = camera?.getSettings() ?? {};
  found(
    'camera',
    camera
      ? ok(`${camera.label || 'Your camera'} works${width && height ? `: ${width} × ${height}` : ''}.`)
      : warning('No camera: you can watch, but not go live.', explainCapture(cameraProblem, 'camera')),
  );
  found('microphone', await hear(microphone, microphoneProblem));
  microphone?.stop();

  const drawn = camera ? null : testPicture();
  try {
    begin('server');
    const begun = () =>
      api.send<PreflightAnswer>('POST', '/live/preflight', { rtpCapabilities: receivable(device) });
    const answer = await begun().catch((error: unknown) => {
      found(
        'server',
        failing(messageOf(error), 'Try again in a minute. If it stays so, tell whoever runs the system.'),
      );
      return null;
    });
    if (!answer) return;
    found('server', ok(`A media server takes you: ${answer.region}.`));

    for (const check of ['udp', 'tcp', 'turn'] as const) begin(check);
    const hasTurn = answer.iceServers.some(({ urls }) => urls.some((url) => url.startsWith('turn')));
    const probe = (way: 'udp' | 'tcp' | 'turn') => probePath(way, answer.send, answer.iceServers);
    const [udp, tcp, turn] = await Promise.all([probe('udp'), probe('tcp'), hasTurn ? probe('turn') : null]);
    const paths = explainPaths({ udp, tcp, turn, addresses: addressesOf(answer.send) });
    for (const check of ['udp', 'tcp', 'turn'] as const) found(check, paths[check]);
    if (!udp.reached && !tcp.reached && !turn?.reached) return;

    begin('picture');
    const track = camera ?? drawn?.track;
    if (!track) return;
    // Transports of its own: those that were probed have seen others come and go.
    const result = await begun()
      .then((fresh) => loopBack(device, fresh, track, picture))
      .catch((error: unknown) => {
        found('picture', failing(messageOf(error), 'Try again.'));
        return null;
      });
    if (result) found('picture', explainPicture(result, camera ? 'camera' : 'test picture'));
  } finally {
    picture(null);
    camera?.stop();
    drawn?.stop();
  }
}

async function hear(microphone: MediaStreamTrack | null, problem: unknown): Promise<Finding> {
  if (!microphone) {
    return warning('No microphone: nobody would hear you.', explainCapture(problem, 'microphone'));
  }
  const name = microphone.label || 'Your microphone';
  return (await loudness(microphone)) > SILENCE
    ? ok(`${name} hears something.`)
    : warning(
        `${name} is silent.`,
        'See that it is not muted by its own switch or in your system, and say something while you try again.',
      );
}
